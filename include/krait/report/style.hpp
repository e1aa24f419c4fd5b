// krait/report/style.hpp: how the page looks: one column, the reader's own fonts, light and dark, any width.
#pragma once
#include <string_view>

namespace krait::report::detail {

inline constexpr std::string_view page_style = R"css(
:root { color-scheme: light dark; --paper: #fdfdfb; --ink: #1c2024; --soft: #5d656d; --line: #dcdfe2; --axis: #b9bfc5;
  --published: #868e96; --blue: #0072b2; --tint: #f3f4f2; --good: #006b4f; --bad: #a84300; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171a; --ink: #e4e7ea; --soft: #a0a8b0; --line: #2f353b; --axis: #4b535b; --published: #8d959d; --blue: #2a8ccd;
    --tint: #1c2024; --good: #4cc9a0; --bad: #f2935c; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.6;
  font: 17px/1.6 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 3.5rem 1.25rem 5rem; overflow-wrap: break-word; }
.name { color: var(--soft); font-size: .85rem; letter-spacing: .02em; margin: 0 0 .75rem; }
h1 { font-size: clamp(1.7rem, 5.2vw, 2.4rem); line-height: 1.18; letter-spacing: -.018em; font-weight: 680; margin: 0 0 1.1rem;
  text-wrap: balance; }
.finding { font-size: 1.2rem; line-height: 1.5; margin: 0 0 2.5rem; text-wrap: pretty; }
h2 { font-size: 1.2rem; letter-spacing: -.008em; margin: 4.5rem 0 .9rem; padding-top: 1.1rem; border-top: 1px solid var(--line); }
p { margin: 0 0 1rem; }
.scroll { overflow-x: auto; margin: 0 0 .6rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; line-height: 1.4; font-variant-numeric: tabular-nums lining-nums; }
th { text-align: left; font-weight: 600; vertical-align: bottom; padding: .4rem .9rem .5rem 0; border-bottom: 1.5px solid var(--ink); }
th .unit { display: block; color: var(--soft); font-weight: 400; font-size: .85em; }
td { padding: .42rem .9rem .42rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
tr:last-child td { border-bottom-color: var(--axis); }
.n { text-align: right; white-space: nowrap; }
td .spread { color: var(--soft); font-size: .86em; }
.published, .published td, td.published, .published td .spread { color: var(--published); }
tr:has(+ .source) td { border-bottom: 0; padding-bottom: 0; } .source td { font-size: .85em; padding-top: 0; }
.caption, figcaption { color: var(--soft); font-size: .92rem; line-height: 1.5; margin: .4rem 0 0; text-wrap: pretty; }
.block { margin: 0 0 3rem; }
figure { margin: 4.5rem 0; }
figure svg { display: block; width: 100%; height: auto; font-variant-numeric: tabular-nums; }
figure .narrow { display: none; }
figcaption { margin-top: 1rem; }
.claims { list-style: none; margin: 0; padding: 0; }
.claims li { padding: 1rem 0; border-bottom: 1px solid var(--line); }
.claims li:first-child { padding-top: .3rem; }
.verdict { font-size: .85rem; font-weight: 650; margin: 0 0 .2rem; }
.yes { color: var(--good); } .no { color: var(--bad); }
.claims p { margin: 0; } .claims .facts { color: var(--soft); font-size: .9rem; margin-top: .3rem; }
pre { overflow-x: auto; background: var(--tint); border-radius: 6px; padding: .8rem 1rem; margin: 0 0 1.4rem;
  font: .84rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .3rem 1.6rem; font-size: .92rem; margin: 0 0 1.6rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.notes { padding-left: 1.1rem; } .notes li { margin: 0 0 .5rem; }
a { color: inherit; text-underline-offset: .15em; }
@media screen and (min-width: 60rem) { .scroll { width: max-content; min-width: 100%; max-width: min(92vw, 68rem); position: relative; left: 50%;
  transform: translateX(-50%); } }
@media (max-width: 34rem) {
  body { font-size: 16px; } main { padding: 2rem 1rem 3rem; } .finding { font-size: 1.1rem; }
  figure { margin: 3.2rem 0; } figure .wide { display: none; } figure .narrow { display: block; }
  .scroll { margin-right: -1rem; padding-right: 1rem; } th, td { padding-right: .8rem; } td { white-space: nowrap; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .55rem; } }
@media print { body { font-size: 11pt; } main { max-width: none; padding: 0; } figure, li, tr { break-inside: avoid; } figure { margin: 2rem 0; } }
)css";

}  // namespace krait::report::detail
