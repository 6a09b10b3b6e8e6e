// What the logs cost, by team, service and environment; what nobody owns is shown like all else.

const OWNERS = [
  { kind: "team", title: "By team", none: "(no team)", attribute: "data-team" },
  { kind: "owner", title: "By service", none: "(no service)", attribute: "data-service" },
  { kind: "environment", title: "By environment", none: "(no environment)", attribute: "data-environment" },
];

function ownerOf(line, kind) {
  return kind === "owner" ? line.service : line[kind];
}

/** The price of a line or sum; a cloud that is not known has none. */
function price(sum, currency) {
  return sum.priced || sum.provider ? money(sum.cost, currency) : "no price";
}

/** Sums of the lines by owner, the most expensive first. */
function ownerSums(details, kind) {
  const sums = new Map();
  for (const line of details.lines) {
    const name = ownerOf(line, kind);
    const key = name === null ? "" : name;
    const sum = sums.get(key) || { name: name, bytes: 0, cost: 0, monthly: null, rows: 0, priced: false };
    sum.bytes += line.bytes; sum.cost += line.cost; sum.rows += line.rows;
    sum.priced = sum.priced || line.provider !== null;
    if (line.monthly_cost !== null) sum.monthly = (sum.monthly || 0) + line.monthly_cost;
    sums.set(key, sum);
  }
  return [...sums.values()].sort((a, b) => b.cost - a.cost || b.bytes - a.bytes || (String(a.name) < String(b.name) ? -1 : 1));
}

function costBars(details, owner) {
  const sums = ownerSums(details, owner.kind);
  const most = sums.reduce((most, sum) => Math.max(most, details.total_cost > 0 ? sum.cost : sum.bytes), 0);
  const { shown, left } = shorten(sums, chosen.all ? Infinity : 10);
  const items = shown.map((sum) => {
    const name = sum.name === null ? owner.none : sum.name;
    const [part, whole] = details.total_cost > 0 ? [sum.cost, details.total_cost] : [sum.bytes, details.total_bytes];
    const share = details.total_cost > 0 && !sum.priced ? null : percent(part, whole);
    const label = name + ": " + [price(sum, details.currency), bytes(sum.bytes), share].filter(Boolean).join(", ");
    return html("div", Object.assign(selectable(owner.kind, sum.name === null ? "" : sum.name, label), {
      class: "item", title: label, [owner.attribute]: sum.name === null ? "" : sum.name,
      "data-unlabelled": sum.name === null ? "true" : null, "data-share": (whole > 0 ? part / whole : 0).toFixed(4),
    }),
    html("span", { class: "label" }, name),
    html("span", { class: "value" }, price(sum, details.currency), " ", html("span", { class: "soft" }, [share, bytes(sum.bytes)].filter(Boolean).join(", "))),
    html("div", { class: "track" }, html("div", { class: "fill", style: "width:" + (most > 0 ? part / most * 100 : 0).toFixed(1) + "%" })));
  });
  return html("div", {}, html("h3", {}, owner.title), items, left ? empty("and " + number(left) + " more") : null);
}

function spikeLine(spike) {
  const times = spike.ratio > 0 ? spike.ratio.toFixed(1) + " times" : "more than";
  return html("li", { "data-spike": spike.service }, html("b", {}, spike.service), spike.team ? " (team " + spike.team + ")" : "",
    " logged " + times + " what it did before: " + bytes(spike.bytes_per_minute) + " per minute instead of " +
    bytes(spike.bytes_per_minute_before) + ", " + timeRange(spike.start, spike.end));
}

function renderCost() {
  if (!report.cost.length) return null;
  return section("cost", "Cost of the logs (list price)", null, report.cost.map((cost) => {
    const details = cost.details;
    const monthly = details.lines.reduce((sum, line) => sum + (line.monthly_cost || 0), 0);
    const total = bytes(details.total_bytes) + ", " + (details.lines.some((line) => line.provider) ? money(details.total_cost, details.currency) : "no price known") +
      (monthly > 0 ? "; at this rate " + money(monthly, details.currency) + " in 30 days" : "") +
      (details.unlabelled_bytes > 0 ? "; " + percent(details.unlabelled_bytes, details.total_bytes) + " of the volume has no team" : "");
    return [html("p", { class: "soft" }, total), html("div", { class: "bars" }, OWNERS.map((owner) => costBars(details, owner))),
      details.spikes.length ? html("ul", { class: "spikes" }, details.spikes.map(spikeLine)) : null,
      details.prices.length ? html("details", {}, html("summary", {}, "Prices"), html("ul", {}, details.prices.map((price) => html("li", {}, price)))) : null];
  }));
}
