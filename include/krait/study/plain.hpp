// krait/study/plain.hpp: the page of a study that has none of its own: every quantity as a table, and over the
// training.
#pragma once
#include <krait/study/exhibit.hpp>

namespace krait::studies {

struct plain {
  static exhibits of(const record& seen) {
    exhibits page;
    for (const auto& q : seen.quantities()) {
      const std::string stem = detail::stem_of(q.name);
      table t{.name = stem,
              .rows = {},
              .columns = {{q.name, studies::of(q.name), 3}},
              .caption = "The last values of " + q.name + "."};
      for (const auto& label : q.labels) t.rows.emplace_back(label.c_str());
      page.tables.push_back(std::move(t));
      if (q.labels.empty() || q.labels.size() > 2) continue;
      page.plots.push_back(lines{.name = stem,
                                 .x = {},
                                 .y = studies::of(q.name),
                                 .axis = {.label = q.name},
                                 .series = q.labels[0],
                                 .panel = q.labels.size() > 1 ? q.labels[1] : "",
                                 .caption = q.name + " over the training.",
                                 .band = true});
    }
    return page;
  }
};

}  // namespace krait::studies
