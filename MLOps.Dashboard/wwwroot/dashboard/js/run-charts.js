// Curves of runs, drawn by uPlot. The page says which runs; their values come from the gateway's own API, live ones by its event stream.
import uPlot from '../lib/uplot/uPlot.esm.js';

const api = new URL('api/v1/mlflow/runs/', document.baseURI).href;
const pollEvery = 2000;
const height = 190;
const colour = index => `var(--s${(index % 8) + 1})`;
const resolved = (element, value) => {
  const name = value.slice(4, -1);
  return getComputedStyle(element).getPropertyValue(name).trim();
};

// Of one run, "train_loss" and "val_loss" belong in one picture.
const family = key => key.replace(/^(train|training|val|valid|validation|test|eval)[_/. -]/i, '').replace(/[_/. -](train|val|valid|validation|test|eval)$/i, '') || key;

// The loss is what people look at first.
const order = (a, b) => /loss/i.test(b) - /loss/i.test(a) || a.localeCompare(b);

const figure = value => {
  if (value == null || Number.isNaN(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-4 ? value.toExponential(3) : String(+value.toPrecision(5));
};

export function mount(host, runs) {
  const charts = new RunCharts(host);
  charts.show(runs);
  return charts;
}

class RunCharts {
  constructor(host) {
    this.host = host;
    this.panels = new Map();
    this.sources = [];
    this.dirty = false;
    this.resize = new ResizeObserver(() => this.#fit());
    this.resize.observe(host);
    this.onTheme = () => this.#rebuild();
    document.addEventListener('themechange', this.onTheme);
  }

  // Shows these runs; those drawn already keep their picture.
  show(runs) {
    const kept = new Map(this.sources.map(source => [source.run.runId, source]));
    this.sources = runs.map((run, index) => {
      const source = kept.get(run.runId) ?? new Source(run, () => this.#schedule());
      kept.delete(run.runId);
      source.index = index;
      source.follow(run);
      return source;
    });
    for (const gone of kept.values()) gone.dispose();
    this.#rebuild();
  }

  dispose() {
    for (const source of this.sources) source.dispose();
    this.sources = [];
    this.resize.disconnect();
    document.removeEventListener('themechange', this.onTheme);
    this.#clear();
  }

  // Many values may arrive between two frames: one drawing is enough.
  #schedule() {
    if (this.dirty) return;
    this.dirty = true;
    requestAnimationFrame(() => { this.dirty = false; this.#draw(); });
  }

  #clear() {
    for (const panel of this.panels.values()) panel.plot?.destroy();
    this.panels.clear();
    this.host.replaceChildren();
  }

  #rebuild() {
    this.#clear();
    this.#draw();
  }

  #lines() {
    const groups = new Map();
    for (const source of this.sources) {
      for (const [key, series] of source.series) {
        // One value is no curve: the tables show it.
        if (series.length < 2) continue;
        const name = this.sources.length > 1 ? key : family(key);
        if (!groups.has(name)) groups.set(name, []);
        groups.get(name).push({ source, key, series });
      }
    }
    return groups;
  }

  #draw() {
    const groups = this.#lines();
    if (groups.size === 0) {
      this.#clear();
      const waiting = this.sources.some(source => !source.loaded);
      const failed = this.sources.find(source => source.failure);
      const note = document.createElement('p');
      note.className = 'chart-note';
      note.textContent = failed ? failed.failure : waiting ? 'Loading curves…' : this.sources.some(source => source.series.size > 0) ? 'Single values only, no curve to draw.' : 'No metrics logged yet.';
      this.host.append(note);
      return;
    }
    if (this.panels.size === 0) this.host.replaceChildren();
    for (const [name, lines] of [...groups].sort(([a], [b]) => order(a, b))) this.#panel(name, lines);
  }

  #panel(name, lines) {
    const id = lines.map(line => `${line.source.run.runId}/${line.key}`).join('|');
    let panel = this.panels.get(name);
    if (panel && panel.id !== id) {
      panel.plot.destroy();
      panel.plot = null;
    }
    if (!panel) {
      const element = document.createElement('figure');
      element.className = 'chart';
      const title = document.createElement('figcaption');
      title.className = 'chart-title';
      element.append(title);
      const after = [...this.panels].filter(([other]) => order(other, name) > 0).map(([, p]) => p.element)
        .sort((a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1)[0];
      this.host.insertBefore(element, after ?? null);
      panel = { element, title, cursor: null };
      this.panels.set(name, panel);
    }
    panel.id = id;
    const data = align(lines);
    if (panel.plot) {
      panel.plot.setData(data);
    } else {
      panel.plot = this.#plot(panel, lines, data);
    }
    caption(panel, name, lines, this.sources.length > 1);
  }

  #plot(panel, lines, data) {
    const style = value => resolved(this.host, value);
    const axis = { stroke: style('var(--text-3)'), grid: { stroke: style('var(--grid)'), width: 1 }, ticks: { stroke: style('var(--grid)'), width: 1, size: 4 }, font: `11px ${style('var(--mono)') || 'monospace'}` };
    const single = this.sources.length === 1;
    return new uPlot({
      width: Math.max(200, panel.element.clientWidth - 14),
      height,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: true, y: false } },
      scales: { x: { time: false } },
      axes: [
        { ...axis, size: 26, gap: 4, values: (_, ticks) => ticks.map(tick => Number.isInteger(tick) ? tick : '') },
        { ...axis, size: 62, gap: 4, values: (_, ticks) => ticks.map(figure) },
      ],
      series: [
        {},
        ...lines.map((line, index) => ({
          stroke: style(colour(single ? index : line.source.index)),
          width: 1.6,
          spanGaps: true,
          points: { show: data[0].length < 3, size: 6 },
        })),
      ],
      hooks: {
        setCursor: [plot => {
          panel.cursor = plot.cursor.idx ?? null;
          caption(panel, panel.name, panel.lines, panel.many);
        }],
      },
    }, data, panel.element);
  }

  #fit() {
    for (const panel of this.panels.values()) {
      panel.plot?.setSize({ width: Math.max(200, panel.element.clientWidth - 14), height });
    }
  }
}

// All lines of a picture on one axis of steps.
function align(lines) {
  const tables = lines.map(({ series }) => [series.map(point => point.step), series.map(point => point.value)]);
  return tables.length === 1 ? tables[0] : uPlot.join(tables);
}

// Names and, beneath the pointer or at the end, values. Names are people's words: text, never markup.
function caption(panel, name, lines, many) {
  Object.assign(panel, { name, lines, many });
  const heading = document.createElement('span');
  heading.textContent = name;
  const parts = [heading];
  lines.forEach((line, index) => {
    const key = document.createElement('span');
    key.className = 'key';
    const mark = document.createElement('i');
    mark.style.background = colour(many ? line.source.index : index);
    const value = document.createElement('b');
    const data = panel.plot?.data;
    const at = panel.cursor != null && data ? data[index + 1]?.[panel.cursor] : line.series.at(-1)?.value;
    value.textContent = figure(at);
    key.append(mark, many ? line.source.run.name : line.key === name ? '' : line.key, value);
    parts.push(key);
  });
  if (panel.cursor != null && panel.plot) {
    const step = document.createElement('span');
    step.className = 'key';
    step.textContent = `step ${panel.plot.data[0][panel.cursor]}`;
    parts.push(step);
  }
  panel.title.replaceChildren(...parts);
}

// One run's values: read once, then followed by events; by polling where there are none.
class Source {
  constructor(run, changed) {
    this.run = run;
    this.changed = changed;
    this.series = new Map();
    this.loaded = false;
    this.failure = null;
    this.stopped = new AbortController();
    this.load();
  }

  follow(run) {
    const was = this.run.isLive;
    this.run = run;
    if (run.isLive && !this.events && !this.timer) this.#listen();
    if (!run.isLive) {
      this.#stopListening();
      // The end of a run may have come between two reads.
      if (was) this.load();
    }
  }

  async load() {
    try {
      const answer = await fetch(`${api}${encodeURIComponent(this.run.runId)}/metrics?max_points=2000`, { signal: this.stopped.signal });
      if (!answer.ok) throw new Error(`The gateway answered ${answer.status} for the curves.`);
      const { series } = await answer.json();
      this.series = new Map(series.map(({ key, points }) => [key, ordered(points)]));
      this.failure = null;
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.failure = error instanceof TypeError ? 'The gateway does not answer. Trying again…' : error.message;
      if (!this.run.isLive) this.retry = setTimeout(() => this.load(), pollEvery);
    }
    this.loaded = true;
    this.changed();
  }

  dispose() {
    this.stopped.abort();
    clearTimeout(this.retry);
    this.#stopListening();
  }

  #listen() {
    this.events = new EventSource(`${api}${encodeURIComponent(this.run.runId)}/metrics/stream`);
    // What was logged before the stream began, or while it was broken, is read again.
    this.events.addEventListener('open', () => this.load());
    this.events.addEventListener('metric', event => {
      const { key, value, step } = JSON.parse(event.data);
      this.#append(key, step, Number(value));
    });
    this.events.addEventListener('run', () => this.load());
    this.events.addEventListener('gap', () => this.load());
    this.events.addEventListener('error', () => {
      if (this.events?.readyState !== EventSource.CLOSED) return;
      this.#stopListening();
      this.timer = setInterval(() => this.load(), pollEvery);
    });
  }

  #stopListening() {
    this.events?.close();
    this.events = null;
    clearInterval(this.timer);
    this.timer = null;
  }

  #append(key, step, value) {
    const points = this.series.get(key) ?? [];
    if (points.length === 0 || step > points.at(-1).step) {
      points.push(...ordered([{ step, value }]));
      this.series.set(key, points);
    } else {
      this.series.set(key, ordered([...points, { step, value }]));
    }
    this.changed();
  }
}

// By step, the last value of a step; what is not finite is a gap.
function ordered(points) {
  const bySteps = new Map();
  for (const { step, value } of points) {
    const number = Number(value);
    bySteps.set(step, Number.isFinite(number) && Math.abs(number) < Number.MAX_VALUE ? number : null);
  }
  return [...bySteps].sort(([a], [b]) => a - b).map(([step, value]) => ({ step, value }));
}
