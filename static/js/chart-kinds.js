// What each kind of chart draws. A kind is a function (data, look) returning { option, points }:
// the ECharts option, and the sentences that the arrow keys read out. The JSON formats are in components/charts.html.
window.chartKinds = (() => {
  'use strict';

  const round = (value, data) => (value === null || value === undefined ? '–'
    : `${value.toLocaleString(document.documentElement.lang, {
      minimumFractionDigits: data.digits ?? 0, maximumFractionDigits: data.digits ?? 1,
    })}${data.unit || ''}`);

  const axis = (look, more) => ({
    axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } },
    axisLabel: { color: look.ink2 }, splitLine: { lineStyle: { color: look.line } },
    nameTextStyle: { color: look.ink2, fontSize: 11 }, ...more,
  });
  const category = (look, labels, more) => axis(look, { type: 'category', data: labels, splitLine: { show: false }, ...more });
  const amount = (look, data, more) => axis(look, {
    type: 'value', axisLine: { show: false }, splitNumber: 4,
    axisLabel: { color: look.ink2, formatter: (value) => `${value.toLocaleString(document.documentElement.lang)}${data.unit || ''}` },
    ...more,
  });
  const named = (name, gap = 24) => (name ? { name, nameLocation: 'middle', nameGap: gap } : {});
  const legend = (look, names) => ({
    data: names, top: 0, right: 0, itemWidth: 14, itemHeight: 8, icon: 'rect', textStyle: { color: look.ink2, fontSize: 11 },
  });
  const rule = (look, marks, along, position = 'insideEndTop') => (marks?.length ? {
    symbol: 'none', silent: true, lineStyle: { color: look.ink2, type: [4, 3] },
    label: { color: look.ink2, fontSize: 11, formatter: '{b}', position },
    data: marks.map((mark) => ({ name: mark.name, [along]: mark.value })),
  } : undefined);

  // Observed (solid), forecast (dashed) and its band, one colour a series, names written at the line's end.
  const curve = (data, look) => {
    const sentence = (at) => `${data.x_label ? `${data.x_label} ` : ''}${data.x[at]}: ${data.series.map((line) => {
      const seen = line.observed?.[at];
      const forecast = line.mid?.[at];
      const band = line.low ? ` (${round(line.low[at], data)}–${round(line.high[at], data)})` : '';
      return `${line.name} ${round(seen ?? forecast, data)}${band}`;
    }).join('; ')}`;
    const series = data.series.flatMap((line, index) => {
      const colour = look.colours[index % look.colours.length];
      const base = { name: line.name, type: 'line', symbol: 'none', itemStyle: { color: colour } };
      const last = (line.mid || line.observed).length - 1;
      return [
        line.low && { ...base, stack: `band-${index}`, data: line.low, lineStyle: { opacity: 0 }, silent: true },
        line.low && {
          ...base, stack: `band-${index}`, silent: true, lineStyle: { opacity: 0 },
          data: line.high.map((high, at) => (high === null ? null : high - line.low[at])),
          areaStyle: { color: colour, opacity: .14 },
        },
        line.mid && {
          ...base, data: line.mid, lineStyle: { color: colour, width: 1.5, type: [5, 4] },
          endLabel: data.series.length > 1 || data.labels ? {
            show: last >= 0, formatter: line.name, color: colour, fontWeight: 600, fontSize: 11,
          } : { show: false },
          labelLayout: { moveOverlap: 'shiftY' },
        },
        line.observed && {
          ...base, data: line.observed, lineStyle: { color: colour, width: 2.5 },
          endLabel: !line.mid && data.series.length > 1 ? { show: true, formatter: line.name, color: colour, fontSize: 11 } : { show: false },
          labelLayout: { moveOverlap: 'shiftY' },
        },
      ].filter(Boolean);
    });
    if (series.length) series[0].markLine = rule(look, data.marks, 'yAxis');
    return {
      option: {
        grid: { left: 48, right: data.series.length > 1 || data.labels ? 84 : 16, top: 14, bottom: data.x_label ? 40 : 26 },
        xAxis: category(look, data.x, { boundaryGap: false, ...named(data.x_label),
          axisLabel: { color: look.ink2, hideOverlap: true, interval: data.x.length > 12 ? Math.ceil((data.x.length - 1) / 4) - 1 : 'auto' },
        }),
        yAxis: amount(look, data),
        tooltip: { trigger: 'axis', formatter: (items) => sentence(items[0].dataIndex).replace(/; |: /g, '\n') },
        series,
      },
      points: data.x.map((_, at) => sentence(at)),
    };
  };

  const bars = (data, look) => {
    const labels = category(look, data.x, {
      inverse: Boolean(data.horizontal), axisLabel: { color: look.ink2, interval: data.horizontal ? 0 : 'auto', hideOverlap: true },
      ...named(data.horizontal ? null : data.x_label),
    });
    const values = amount(look, data, data.horizontal ? { axisLine: { show: false } } : {});
    const many = data.series.length > 1;
    return {
      option: {
        grid: { left: 12, right: 20, top: many ? 30 : 14, bottom: data.x_label ? 30 : 8, containLabel: true },
        xAxis: data.horizontal ? values : labels,
        yAxis: data.horizontal ? labels : values,
        legend: many ? legend(look, data.series.map((entry) => entry.name)) : undefined,
        tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
        series: data.series.map((entry, index) => ({
          name: entry.name, type: 'bar', data: entry.values, stack: data.stacked ? 'all' : undefined,
          barMaxWidth: 36, barGap: data.overlay ? '-100%' : '10%', barCategoryGap: data.horizontal ? '45%' : '18%',
          itemStyle: data.overlay && !index ? { color: look.ink2, opacity: .35 } : { color: look.colours[(index - Boolean(data.overlay) + 5) % 5] },
          markLine: index ? undefined : data.horizontal
            ? rule(look, data.marks, 'xAxis', 'start') : rule(look, data.marks, 'yAxis'),
        })),
      },
      points: data.x.map((label, at) => `${label}: ${data.series.map((entry) => `${many ? `${entry.name} ` : ''}${round(entry.values[at], data)}`).join('; ')}`),
    };
  };

  // Totals stand on the axis, steps hang between the running sums.
  const waterfall = (data, look) => {
    let sum = 0;
    const shown = data.steps.map((step) => {
      const from = step.total ? 0 : sum;
      sum = step.total ? step.value : sum + step.value;
      return { name: step.name, value: step.value, total: Boolean(step.total), low: Math.min(from, sum), size: Math.abs(sum - from) };
    });
    const slot = (look.width - 70) / shown.length;
    // A Latin word longer than its slot would be cut in two: then the names stand at an angle.
    const longest = Math.max(...shown.flatMap((step) => step.name.split(/[\s\u2e80-\u9fff]/)).map((word) => word.length));
    const narrow = slot < 52 || longest * 6.4 > slot;
    const signed = (step) => (step.total || step.value < 0 ? '' : '+') + round(step.value, data).replace('-', '−');
    return {
      option: {
        grid: { left: 12, right: 12, top: 24, bottom: 8, containLabel: true },
        xAxis: category(look, shown.map((step) => step.name), { axisLabel: narrow
          ? { color: look.ink2, interval: 0, rotate: 40 }
          : { color: look.ink2, interval: 0, width: slot - 6, overflow: 'break' } }),
        yAxis: amount(look, data),
        tooltip: { trigger: 'item', formatter: (item) => `${item.name}\n${signed(shown[item.dataIndex])}` },
        series: [
          { type: 'bar', stack: 'all', silent: true, data: shown.map((step) => step.low), itemStyle: { color: 'transparent' }, tooltip: { show: false } },
          {
            type: 'bar', stack: 'all', barMaxWidth: 44, barCategoryGap: '30%',
            data: shown.map((step) => ({
              value: step.size, itemStyle: { color: step.total ? look.colours[0] : look.colours[1], opacity: step.total ? 1 : .75 },
            })),
            label: { show: true, position: 'top', color: look.ink, fontSize: 11, fontWeight: 600, formatter: (item) => (slot < 40 ? round(shown[item.dataIndex].value, { digits: 0 }) : signed(shown[item.dataIndex])) },
          },
        ],
      },
      points: shown.map((step) => `${step.name}: ${signed(step)}`),
    };
  };

  const sankey = (data, look) => {
    const sources = [...new Set(data.links.map((link) => link.from))];
    const targets = [...new Set(data.links.map((link) => link.to))];
    const total = (name) => data.links.reduce((sum, link) => sum + (link.from === name || link.to === name ? link.value : 0), 0);
    const side = Math.min(150, look.width * .27);
    const node = (name, colour, position) => ({
      name, itemStyle: { color: colour }, label: { position, formatter: () => `${name}  ${round(total(name), data)}` },
    });
    return {
      option: {
        tooltip: {
          trigger: 'item',
          formatter: ({ dataType, data: item, name }) => (dataType === 'edge'
            ? `${item.source} → ${item.target}\n${round(item.value, data)}` : `${name}\n${round(total(name), data)}`),
        },
        series: [{
          type: 'sankey', left: side, right: side, top: 8, bottom: 8, nodeWidth: 8, nodeGap: 12, draggable: false, emphasis: { focus: 'adjacency' },
          label: { color: look.ink, fontSize: look.width < 480 ? 11 : 12, width: side - 8, overflow: 'break' },
          lineStyle: { color: 'target', opacity: .32, curveness: .5 },
          data: [
            ...sources.filter((name) => !targets.includes(name)).map((name) => node(name, look.ink2, 'left')),
            ...targets.map((name, index) => node(name, look.colours[index % look.colours.length], 'right')),
          ],
          links: data.links.map((link) => ({ source: link.from, target: link.to, value: link.value })),
        }],
      },
      points: data.links.map((link) => `${link.from} → ${link.to}: ${round(link.value, data)}`),
    };
  };

  const gauge = (data, look) => ({
    option: {
      grid: { left: 12, right: 24, top: 26, bottom: 8, containLabel: true },
      xAxis: amount(look, data, { min: 0, max: Math.max(data.limit, data.value), axisLine: { show: false } }),
      yAxis: category(look, [data.name], { axisLine: { show: false } }),
      tooltip: { trigger: 'item' },
      series: [{
        type: 'bar', barWidth: 22, data: [data.value], showBackground: true, backgroundStyle: { color: look.sunk },
        itemStyle: { color: data.value > data.limit ? look.colours[1] : look.colours[0] },
        label: { show: true, position: 'insideRight', color: look.accentInk, formatter: () => round(data.value, data) },
        markLine: rule(look, [{ name: round(data.limit, data), value: data.limit }], 'xAxis', 'end'),
      }],
    },
    points: [`${data.name}: ${round(data.value, data)} / ${round(data.limit, data)}`],
  });

  const heat = (data, look) => {
    const values = data.cells.map((cell) => cell[2]).filter((value) => value !== null);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    // A label is written in the ink that reads on its tile.
    const deep = (value) => (value - low) / ((high - low) || 1) > .6;
    return {
      option: {
        grid: { left: 12, right: 12, top: 8, bottom: 44, containLabel: true },
        xAxis: category(look, data.x, { splitArea: { show: false }, axisLabel: { color: look.ink2, hideOverlap: true } }),
        yAxis: category(look, data.y, { inverse: true }),
        visualMap: {
          type: 'continuous', min: low, max: high, orient: 'horizontal', left: 'center', bottom: 0, itemWidth: 10, itemHeight: 120,
          calculable: false, inRange: { color: look.tiles }, textStyle: { color: look.ink2, fontSize: 11 },
          text: [round(high, data), round(low, data)],
        },
        tooltip: { trigger: 'item', formatter: ({ value }) => `${data.y[value[1]]} · ${data.x[value[0]]}\n${round(value[2], data)}` },
        series: [{
          type: 'heatmap', itemStyle: { borderColor: look.surface, borderWidth: 2, borderRadius: 3 },
          data: data.cells.map((cell) => ({ value: cell, label: { color: deep(cell[2]) ? look.tileInkDeep : look.tileInk } })),
          label: { show: data.cells.length <= 150, fontSize: 11, formatter: ({ value }) => round(value[2], { digits: data.digits }) },
        }],
      },
      points: data.cells.map(([x, y, value]) => `${data.y[y]}, ${data.x[x]}: ${round(value, data)}`),
    };
  };

  // Estimates with their intervals, one row each; the reader's own row is the coloured one.
  const interval = (data, look) => {
    const colour = (row) => (data.rows.some((entry) => entry.own) && !row.own ? look.ink2 : look.colours[0]);
    const sentence = (row) => `${row.name}: ${round(row.mid, data)} (${round(row.low, data)}–${round(row.high, data)})`;
    return {
      option: {
        grid: { left: 12, right: 24, top: data.reference ? 26 : 10, bottom: data.x_label ? 30 : 8, containLabel: true },
        xAxis: amount(look, data, { scale: true, ...named(data.x_label) }),
        yAxis: category(look, data.rows.map((row) => row.name), {
          inverse: true, axisLine: { show: false }, axisLabel: { color: look.ink, width: 140, overflow: 'truncate' },
        }),
        tooltip: { trigger: 'item', formatter: ({ dataIndex }) => sentence(data.rows[dataIndex]).replace(': ', '\n') },
        series: [
          {
            type: 'custom', encode: { x: [0, 1], y: 2 },
            data: data.rows.map((row, at) => [row.low, row.high, at]),
            renderItem: (params, api) => {
              const [left, y] = api.coord([api.value(0), api.value(2)]);
              const [right] = api.coord([api.value(1), api.value(2)]);
              return {
                type: 'rect', shape: { x: left, y: y - 4, width: right - left, height: 8, r: 4 },
                style: { fill: colour(data.rows[params.dataIndex]), opacity: .28 },
              };
            },
          },
          {
            type: 'scatter', symbolSize: 10,
            data: data.rows.map((row, at) => ({ value: [row.mid, at], itemStyle: { color: look.surface, borderWidth: 2, borderColor: colour(row) } })),
            markLine: rule(look, data.reference && [data.reference], 'xAxis', 'start'),
          },
        ],
      },
      points: data.rows.map(sentence),
    };
  };

  // Points with optional lines: a frontier, or a funnel with its limits.
  const scatter = (data, look) => {
    const x = (value) => round(value, { digits: data.x_digits ?? data.digits, unit: data.x_unit });
    const sentence = (point) => `${point.name}: ${data.x_label || 'x'} ${x(point.x)}; ${data.y_label || 'y'} ${round(point.y, data)}`;
    return {
      option: {
        grid: { left: 16, right: 24, top: 28, bottom: 34, containLabel: true },
        xAxis: amount(look, { unit: data.x_unit }, { scale: true, ...named(data.x_label, 28), splitLine: { show: false } }),
        yAxis: amount(look, data, { scale: true, name: data.y_label, nameTextStyle: { color: look.ink2, fontSize: 11, align: 'left' } }),
        legend: data.lines?.length ? legend(look, data.lines.map((line) => line.name)) : undefined,
        tooltip: { trigger: 'item' },
        series: [
          ...(data.lines || []).map((line) => ({
            name: line.name, type: 'line', data: line.points, symbol: 'none', silent: true, lineStyle: { color: look.ink2, width: 1.2, type: [4, 3] },
            itemStyle: { color: look.ink2 },
          })),
          {
            type: 'scatter', symbolSize: 11,
            data: data.points.map((point) => ({
              name: point.name, value: [point.x, point.y],
              itemStyle: { color: point.own ? look.colours[1] : look.colours[0] },
              label: { show: Boolean(point.label ?? data.points.length <= 12), position: 'right', formatter: point.name, color: look.ink, fontSize: 11 },
            })),
            labelLayout: { hideOverlap: true },
            tooltip: { formatter: ({ dataIndex }) => sentence(data.points[dataIndex]).replace(/: |; /g, '\n') },
          },
        ],
      },
      points: data.points.map(sentence),
    };
  };

  return { curve, fan: curve, bars, waterfall, sankey, gauge, heat, interval, scatter };
})();
