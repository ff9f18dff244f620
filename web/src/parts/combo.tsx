import type { ReactNode } from 'react';
import { Button, ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import type { Problem } from '../api/problem.ts';
import { useWords } from '../api/words.ts';
import { Icon } from './icon.tsx';

export interface Option {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly mark?: ReactNode;
}

interface Own {
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
  problem?: Problem | undefined;
  placeholder?: string;
}

/** A field with a list to choose from; typing narrows the list, which comes narrowed already. */
export function Combo({ label, help, options, selected, typed, onType, onSelect, none, problem, placeholder }: Own) {
  const words = useWords();
  return (
    <ComboBox
      className={problem ? 'field wrong' : 'field'}
      items={options}
      inputValue={typed}
      onInputChange={onType}
      value={selected}
      onChange={(key) => onSelect(key === null ? null : String(key))}
      isInvalid={problem !== undefined}
      menuTrigger="focus"
      allowsEmptyCollection
    >
      <Label>{label}</Label>
      <div className="input with-end">
        <Input placeholder={placeholder ?? ''} autoComplete="off" spellCheck={false} />
        <Button className="end">
          <Icon name="down" />
        </Button>
      </div>
      {help && (
        <Text slot="description" className="help">
          {help}
        </Text>
      )}
      <FieldError className="problem">
        <Icon name="warning" size={16} />
        {problem && words(problem)}
      </FieldError>
      <Popover className="popover combo">
        <ListBox<Option> renderEmptyState={() => <p className="combo-none small muted">{none}</p>}>
          {({ id, label, detail, mark }) => (
            <ListBoxItem id={id} textValue={label} className="menu-item">
              {mark}
              <span className="combo-words">
                {label}
                {detail && <span className="small muted">{detail}</span>}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
