import { Bare } from '../frames/bare.tsx';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';

/** A14: what is not there, or hidden: one page for both (ROLE-6). */
export default function Missing() {
  const t = useTexts(common);
  return (
    <Bare narrow>
      <div className="card">
        <Heading title={t.missingTitle} />
        <p>{t.missingText}</p>
        <div className="actions">
          <ButtonLink look="main" to={paths.home}>
            {t.missingBack}
          </ButtonLink>
        </div>
      </div>
    </Bare>
  );
}
