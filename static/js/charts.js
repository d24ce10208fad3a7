// Mounts charts: reads the JSON beside each, takes colours from the style sheet, redraws on a change of theme,
// lets the arrow keys read the points out, and swaps the chart for its table.
(() => {
  'use strict';

  const look = (box) => {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    return {
      colours: ['--c1', '--c2', '--c3', '--c4', '--c5'].map(value),
      tiles: ['--t1', '--t2', '--t3', '--t4', '--t5'].map(value),
      ink: value('--ink'), ink2: value('--ink-2'), line: value('--line'), surface: value('--surface'), sunk: value('--sunk'),
      accentInk: value('--accent-ink'), tileInk: value('--tile-ink'), tileInkDeep: value('--tile-ink-deep'),
      width: box.clientWidth,
      font: getComputedStyle(document.body).fontFamily,
    };
  };

  const shared = (colours, data, title) => ({
    animation: false,
    textStyle: { fontFamily: colours.font },
    aria: { enabled: true, label: { description: title } },
    tooltip: {
      renderMode: 'richText', confine: true, backgroundColor: colours.surface, borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 12, fontFamily: colours.font },
      valueFormatter: (value) => `${value ?? '–'}${data.unit || ''}`,
    },
  });

  const mount = (box) => {
    const figure = box.closest('figure');
    const table = figure?.querySelector('.figure-table');
    const toggle = figure?.querySelector('[data-table-view]');
    const said = figure?.querySelector('[role=status]');
    const data = JSON.parse(document.getElementById(box.dataset.src).textContent);
    let chart;
    let points = [];
    let at = -1;
    let width = 0;

    const draw = () => {
      // A box without a size cannot be drawn in; the observer below calls again when it has one.
      if (!box.clientWidth || !box.clientHeight) { width = 0; return; }
      const colours = look(box);
      width = colours.width;
      const drawn = window.chartKinds[box.dataset.chart](data, colours);
      const common = shared(colours, data, box.getAttribute('aria-label'));
      points = drawn.points;
      if (chart) chart.resize();
      else chart = window.echarts.init(box, null, { renderer: 'svg', locale: 'EN' });
      const option = { ...common, ...drawn.option, tooltip: { ...common.tooltip, ...drawn.option.tooltip } };
      chart.setOption(option, { notMerge: true });
    };

    const showTable = (asTable) => {
      box.hidden = asTable;
      if (said) said.hidden = asTable;
      if (table) table.hidden = !asTable;
      if (toggle) {
        toggle.hidden = false;
        toggle.setAttribute('aria-pressed', String(asTable));
      }
      if (!asTable) draw();
    };

    box.tabIndex = 0;
    box.addEventListener('keydown', (event) => {
      if (event.isComposing || !points.length) return;
      const moves = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: points.length - 1 };
      if (event.key === 'Escape') {
        at = -1;
        if (said) said.textContent = '';
        chart?.dispatchAction({ type: 'hideTip' });
        return;
      }
      if (!(event.key in moves)) return;
      event.preventDefault();
      at = Math.max(0, Math.min(points.length - 1, moves[event.key]));
      if (said) said.textContent = points[at];
      if (!chart) return;
      const last = chart.getOption().series.length - 1;
      chart.dispatchAction({ type: 'showTip', seriesIndex: last, dataIndex: at });
    });
    toggle?.addEventListener('click', () => showTable(!box.hidden));
    document.addEventListener('themechange', () => { if (!box.hidden) draw(); });
    new ResizeObserver(() => { if (!box.hidden && box.clientWidth !== width) draw(); }).observe(box);
    showTable(false);
  };

  // One chart that cannot be drawn leaves its table standing and does not take the others with it.
  document.querySelectorAll('[data-chart]').forEach((box) => {
    try {
      mount(box);
    } catch (problem) {
      box.hidden = true;
      const table = box.closest('figure')?.querySelector('.figure-table');
      if (table) table.hidden = false;
      reportError(problem);
    }
  });
})();
