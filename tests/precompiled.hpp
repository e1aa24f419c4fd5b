// tests/precompiled.hpp: what the tests have in common, parsed once for all of them. Of Boost.Test all but
// unit_test.hpp, which asks for BOOST_TEST_MODULE.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <boost/test/framework.hpp>
#include <boost/test/test_tools.hpp>
#include <boost/test/tree/auto_registration.hpp>
#include <boost/test/tree/fixture.hpp>
#include <boost/test/tree/test_case_template.hpp>
#include <boost/test/unit_test_log.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>
