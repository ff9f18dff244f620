import { Button, ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';
import { useWords } from '../api/words.ts';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import type { Option, OwnOfCombo } from './combo.tsx';
import { Icon } from './icon.tsx';

/** The field of `combo.tsx`, in a chunk of its own. */
export default function ComboBoxField({
  label,
  help,
  options,
  selected,
  typed,
  onType,
  onSelect,
  none,
  state,
  again,
  problem,
  placeholder,
  field,
  autoFocus,
}: OwnOfCombo & { autoFocus: boolean }) {
  const words = useWords();
  const c = useTexts(common);
  const retry = () => {
    if (state === 'failed') again?.();
  };
  return (
    <ComboBox
      className={problem ? 'field wrong' : 'field'}
      data-field={field}
      items={options}
      inputValue={typed}
      onInputChange={(text) => {
        onType(text);
        retry();
      }}
      value={selected}
      onChange={(key) => onSelect(key === null ? null : String(key))}
      isInvalid={problem !== undefined}
      menuTrigger="focus"
      onOpenChange={(isOpen) => isOpen && retry()}
      allowsEmptyCollection
      autoFocus={autoFocus}
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
        <ListBox<Option>
          renderEmptyState={() => (
            <p className="combo-none small muted">
              {state === 'loading' ? c.loading : state === 'failed' ? c.optionsFailed : none}
            </p>
          )}
        >
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
