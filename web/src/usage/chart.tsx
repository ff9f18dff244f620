import type { UsageBy } from '../api/types.gen.ts';
import { usage } from '../i18n/en/usage.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import type { Bar } from './spans.ts';
import { when } from './when.ts';

/** Units of the drawing, which is stretched to the room that it has. */
const WIDE = 10;
const HIGH = 100;
/** A bar leaves a little room to the next. */
const BAR = 7;

/** How often, as bars: refused ones stand on top. Its numbers are in a table beside it, for everybody. */
export function Chart({ of, by }: { of: readonly Bar[]; by: UsageBy }) {
  const t = useTexts(usage);
  const language = useLanguage();
  const most = Math.max(...of.map(({ calls, refused, tokens }) => calls + refused + tokens));
  const sum = (part: (bar: Bar) => number) => of.reduce((all, bar) => all + part(bar), 0);
  const [calls, refused, tokens] = [sum((bar) => bar.calls), sum((bar) => bar.refused), sum((bar) => bar.tokens)];
  const words = (bar: Omit<Bar, 'start'>) =>
    [t.calls(bar.calls), bar.refused > 0 && t.refused(bar.refused), bar.tokens > 0 && t.tokens(bar.tokens)]
      .filter(Boolean)
      .join(', ');
  const height = (count: number) => (count / most) * HIGH;
  const [first, last] = [of[0], of[of.length - 1]];
  if (!first || !last) return null;
  return (
    <figure className="chart">
      <figcaption className="chart-legend small">
        <span className="chart-calls">{t.calls(calls)}</span>
        {tokens > 0 && <span className="chart-tokens">{t.tokens(tokens)}</span>}
        {refused > 0 && <span className="chart-refused">{t.refused(refused)}</span>}
        <span className="chart-most muted">{t.most(most)}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={t.chart(words({ calls, refused, tokens }))}
        viewBox={`0 0 ${of.length * WIDE} ${HIGH}`}
        preserveAspectRatio="none"
      >
        {of.map((bar, place) => {
          const parts = [
            ['calls', bar.calls],
            ['tokens', bar.tokens],
            ['refused', bar.refused],
          ] as const;
          let foot = HIGH;
          return (
            <g key={bar.start}>
              <title>{`${when(bar.start, by, language)}: ${words(bar)}`}</title>
              <rect className="chart-ground" x={place * WIDE} width={WIDE} height={HIGH} />
              {parts.map(([part, count]) => {
                if (count === 0) return null;
                foot -= height(count);
                return (
                  <rect
                    key={part}
                    className={`chart-${part}`}
                    x={place * WIDE + (WIDE - BAR) / 2}
                    y={foot}
                    width={BAR}
                    height={height(count)}
                  />
                );
              })}
            </g>
          );
        })}
      </svg>
      <div className="chart-foot small muted" aria-hidden="true">
        <span>{when(first.start, by, language)}</span>
        <span>{when(last.start, by, language)}</span>
      </div>
    </figure>
  );
}
