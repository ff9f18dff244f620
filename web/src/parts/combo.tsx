import { type ReactNode, Suspense, useId, useState } from 'react';
import type { Problem } from '../api/problem.ts';
import { Icon } from './icon.tsx';
import { later } from './later.ts';

export interface Option {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly mark?: ReactNode;
}

export interface OwnOfCombo {
  label: string;
  help?: string;
  options: readonly Option[];
  selected: string | null;
  /** What stands in the field. */
  typed: string;
  onType: (text: string) => void;
  onSelect: (id: string | null) => void;
  /** Said in place of options, when none fits. */
  none: string;
  /** Where the options are on their way, or did not come: that none fits would not be true. */
  state?: 'loading' | 'failed' | undefined;
  /** Asks for the options anew; opening the list and typing do, when they did not come. */
  again?: () => void;
  problem?: Problem | undefined;
  placeholder?: string;
  /** The input that it stands for, by which a problem's link finds it. */
  field?: string;
}

const load = () => import('./combo-box.tsx');
const Lazy = later(load);
load().catch(() => undefined);

/**
 * A field with a list to choose from; typing narrows the list, which comes narrowed already. Its code is as large as a
 * screen, so a field of the same looks stands there first, and hands over its focus.
 */
export function Combo(own: OwnOfCombo) {
  const id = useId();
  const [focused, setFocused] = useState(false);
  return (
    <Suspense
      fallback={
        <div className="field" data-field={own.field}>
          <label htmlFor={id}>{own.label}</label>
          <div className="input with-end">
            <input
              id={id}
              readOnly
              aria-busy="true"
              value={own.typed}
              placeholder={own.placeholder ?? ''}
              onFocus={() => setFocused(true)}
              onBlur={() => setFocused(false)}
            />
            <span className="end">
              <Icon name="down" />
            </span>
          </div>
          {own.help && <span className="help">{own.help}</span>}
        </div>
      }
    >
      <Lazy {...own} autoFocus={focused} />
    </Suspense>
  );
}
