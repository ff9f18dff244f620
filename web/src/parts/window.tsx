import { useEffect } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { OwnOfWindow } from './dialog.tsx';
import { backOutside } from './lost-focus.ts';

/** The window of `dialog.tsx`, in a chunk of its own. */
export default function Window({ title, onClose, alert = false, firm = false, children }: OwnOfWindow) {
  useEffect(
    () => () => {
      // Gone in the first frame, it gives the focus back in the next, unless it was opened out of another window: then
      // to what opened the first.
      const wait = (frames: number) => {
        if (frames > 0) return requestAnimationFrame(() => wait(frames - 1));
        if (document.activeElement === document.body) backOutside();
      };
      wait(5);
    },
    [],
  );
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isDismissable={!alert && !firm}
      isKeyboardDismissDisabled={firm}
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className="modal">
        <Dialog className="window" role={alert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title">{title}</Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
