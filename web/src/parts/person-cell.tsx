/** Somebody in a table: name, whether it is oneself, address. */
export function PersonCell({ person, you }: { person: { name: string; email: string }; you: string | false }) {
  return (
    <span className="person-cell">
      <strong>{person.name}</strong> {you && <span className="muted">{you}</span>}
      <span className="small muted">{person.email}</span>
    </span>
  );
}
