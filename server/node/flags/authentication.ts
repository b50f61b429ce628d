/**
 * Who requests are from.
 *
 * Upstream: pkg/kubeapiserver/options/authentication.go.
 */
import { z } from 'zod';
import { boolean, duration, list, repeated } from './values.ts';

export const authenticationFlags = {
  'token-auth-file': z.string().optional().describe('CSV file of tokens: token,user,uid,"group1,group2".'),
  'client-ca-file': z.string().optional().describe('Authorities of client certificates; without it one is made and kept.'),
  'requestheader-client-ca-file': z.string().optional().describe('Authorities of front proxies, which name users in headers.'),
  'requestheader-allowed-names': list.prefault('').describe('Common names of front proxies; without any, all may.'),
  'requestheader-username-headers': list.prefault('').describe('Headers that name the user: X-Remote-User.'),
  'requestheader-uid-headers': list.prefault('').describe('Headers that name its uid: X-Remote-Uid.'),
  'requestheader-group-headers': list.prefault('').describe('Headers that name its groups: X-Remote-Group.'),
  'requestheader-extra-headers-prefix': list.prefault('').describe('What headers start with that say more: X-Remote-Extra-.'),
  'authentication-token-webhook-config-file': z.string().optional().describe('kubeconfig of a webhook that says whose a token is.'),
  'authentication-token-webhook-version': z.string().default('v1beta1').describe('Version of the TokenReview that it is sent: v1 or v1beta1.'),
  'authentication-token-webhook-cache-ttl': duration.prefault('2m0s').describe('How long its answers are remembered.'),
  'authentication-config': z.string().optional().describe('AuthenticationConfiguration: issuers of JSON web tokens, and who may come in without a name.'),
  'anonymous-auth': boolean.optional().describe('Whether requests without credentials are those of system:anonymous; true unless given.'),
  'enable-bootstrap-token-auth': boolean.prefault('false').describe('Whether Secrets of type bootstrap.kubernetes.io/token in kube-system let machines join.'),
  'oidc-issuer-url': z.string().optional().describe('Issuer of JSON web tokens that are believed, over HTTPS.'),
  'oidc-client-id': z.string().optional().describe('Whom its tokens must be meant for.'),
  'oidc-ca-file': z.string().optional().describe('Authorities of its certificate; those of the machine without.'),
  'oidc-username-claim': z.string().optional().describe('Claim that names the user; sub unless given.'),
  'oidc-username-prefix': z.string().optional().describe('What stands before such names; the URL of the issuer unless given, nothing for -.'),
  'oidc-groups-claim': z.string().optional().describe('Claim that names its groups.'),
  'oidc-groups-prefix': z.string().optional().describe('What stands before names of groups.'),
  'oidc-signing-algs': list.optional().describe('Algorithms by which tokens may be signed; RS256 unless given.'),
  'oidc-required-claim': repeated.describe('claim=value that tokens must have.'),
  'service-account-issuer': repeated.describe('Who issues tokens to service accounts; of several the first, and all are believed.'),
  'service-account-key-file': repeated.describe('PEM file of keys that tokens of service accounts are verified with.'),
  'service-account-signing-key-file': z.string().optional().describe('PEM file of the key that signs them; without it one is made and kept.'),
  'service-account-max-token-expiration': duration.prefault('0s').describe('How long a token may be good; 0s for any time.'),
  'api-audiences': list.prefault('').describe('Whom tokens must be meant for; without any, the issuers.'),
};
