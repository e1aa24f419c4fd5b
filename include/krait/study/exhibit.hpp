// krait/study/exhibit.hpp: what a page shows (exhibit_types.hpp), and how it is drawn.
#pragma once
#include <krait/study/exhibit_types.hpp>

#ifndef KRAIT_COMPILED
#include <krait/study/exhibit_impl.hpp>
#endif
