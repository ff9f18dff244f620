import { Client, fetchExchange } from 'urql';
import { SignedInDocument } from '../screens/sign-in.gen.ts';

/** Without a cache: that nobody is signed in yet must not reach the page that stands below the form. */
const apart = new Client({ url: '/graphql', preferGetMethod: false, exchanges: [fetchExchange] });

/** Whether somebody has signed in since, in another window of this browser. */
export async function isSignedIn(): Promise<boolean> {
  const { data } = await apart.query(SignedInDocument, {}, { requestPolicy: 'network-only' }).toPromise();
  return Boolean(data?.viewer);
}
