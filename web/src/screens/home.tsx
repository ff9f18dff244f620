import { Redirect } from 'wouter';
import { useKnown, useTeam } from '../api/viewer.tsx';
import { paths } from '../paths.ts';

/** Where one begins: what the team sent, or what was sent to one who works in no team. */
export default function Home() {
  const { instance } = useKnown();
  const { team } = useTeam();
  if (!instance.isSetUp) return <Redirect to={paths.setUp} replace />;
  return <Redirect to={team ? paths.sent : paths.received} replace />;
}
