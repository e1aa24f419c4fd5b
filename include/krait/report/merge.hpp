// krait/report/merge.hpp: results side by side on one page: the values of a grid, or two finished runs.
#pragma once
#include <krait/core/config.hpp>
#include <krait/report/result.hpp>
#include <string>
#include <vector>

namespace krait::report {

/// One of the results that are put together.
struct part_of_page {
  std::string level;  // what stands in the first column of the tables: "0.3"
  std::string title;  // over its plots and before its sentences: "rate 0.3"
  result from;
};

/// Tables of one name have the parts' rows one after another under a first column `label`, plots of one name the parts'
/// panels side by side on common axes; what cannot stand so (a radar, a heat map, a table of other columns) stands once
/// for each part. Claims, findings and settings that differ say of which part they are. What tells of the run itself
/// (experiment, question, version, seeds, environment) is the first part's; commands stand one below another. At least
/// one part.
result merged(const std::string& label, const std::vector<part_of_page>& parts);

}  // namespace krait::report

#ifndef KRAIT_COMPILED
#include <krait/report/merge_impl.hpp>
#endif
