//! The provider: what it says of itself, kept for a while, and what it says of somebody. Blocks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lastmile_protocol::SignInProblem;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, DiscoveryError,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, LogoutRequest,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope, StandardErrorResponse,
    StandardTokenResponse, SubjectIdentifier, TokenResponse as _, UserInfoClaims, UserInfoError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ask::{AskError, Asker};
use super::claims::{self, Claims};
use super::refusal::Refusal;
use crate::config::OidcConfig;

/// What the provider says of itself is asked for again after so long.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// Longer ID tokens are not kept for the sign-out: they would not fit into its address.
const LONGEST_HINT: usize = 4 * 1024;

/// Whatever claims there are besides the standard's.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct More(HashMap<String, Value>);

impl AdditionalClaims for More {}

type Fields = IdTokenFields<
    More,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Us = Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What the provider has proved of somebody.
pub(super) struct Proved {
    /// Of the ID token, and of the other place where something was missing.
    pub(super) claims: Claims,
    /// What it wants to see at the sign-out.
    pub(super) leave_hint: Option<String>,
}

/// Where somebody is sent, and what must come back.
pub(super) struct Sent {
    pub(super) address: String,
    pub(super) state: CsrfToken,
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
}

/// A code that came back, and what proves that it may be used.
pub(super) struct Returned {
    pub(super) code: String,
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
    pub(super) secret: Option<String>,
}

/// The provider of the config.
pub(crate) struct Provider {
    config: OidcConfig,
    asker: Asker,
    redirect: RedirectUrl,
    leave_to: PostLogoutRedirectUrl,
    said: Mutex<Option<(Instant, Arc<ProviderMetadataWithLogout>)>>,
}

impl Provider {
    /// `url`: how people reach this server.
    ///
    /// # Errors
    /// If that is no address.
    pub(crate) fn new(config: OidcConfig, url: &str) -> anyhow::Result<Self> {
        Ok(Self {
            asker: Asker::new(config.ca.as_deref()),
            redirect: RedirectUrl::new(format!("{url}/api/v1/session/oidc"))?,
            leave_to: PostLogoutRedirectUrl::new(format!("{url}/sign-in"))?,
            said: Mutex::new(None),
            config,
        })
    }

    /// Where it leads people back to.
    pub(crate) fn redirect(&self) -> &str {
        self.redirect.as_str()
    }

    /// What it says of itself, asked for anew if that is old.
    pub(crate) fn metadata(&self) -> Result<Arc<ProviderMetadataWithLogout>, DiscoveryError<AskError>> {
        let kept = self.said.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match kept {
            Some((at, said)) if at.elapsed() < KEPT => Ok(said),
            Some((_, said)) => self.ask_anew().or_else(|error| {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the provider can't be asked anew; what it said before is used");
                Ok(said)
            }),
            None => self.ask_anew(),
        }
    }

    fn ask_anew(&self) -> Result<Arc<ProviderMetadataWithLogout>, DiscoveryError<AskError>> {
        let said = Arc::new(ProviderMetadataWithLogout::discover(&self.config.issuer, &self.asker)?);
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), Arc::clone(&said)));
        Ok(said)
    }

    fn us(&self, said: &ProviderMetadataWithLogout, secret: Option<String>) -> Us {
        let in_body = said.token_endpoint_auth_methods_supported().is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let us = Us::from_provider_metadata(
            said.clone(),
            ClientId::new(self.config.client.clone()),
            secret.map(ClientSecret::new),
        );
        us.set_redirect_uri(self.redirect.clone()).set_auth_type(if in_body {
            AuthType::RequestBody
        } else {
            AuthType::BasicAuth
        })
    }

    /// Where to send somebody who wants to sign in.
    pub(super) fn send(&self) -> Result<Sent, Refusal> {
        let said = self.metadata().map_err(|error| Refusal::of(SignInProblem::ProviderDown, &error))?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let us = self.us(&said, None);
        let (address, state, nonce) = us
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(self.config.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Sent { address: address.into(), state, nonce, verifier })
    }

    /// Changes a code for what it stands for, and checks that.
    pub(super) fn redeem(&self, returned: Returned) -> Result<Proved, Refusal> {
        let said = self.metadata().map_err(|error| Refusal::of(SignInProblem::ProviderDown, &error))?;
        let us = self.us(&said, returned.secret);
        let request = us
            .exchange_code(AuthorizationCode::new(returned.code))
            .map_err(|error| Refusal::of(SignInProblem::ProviderDown, &error))?;
        let tokens: Tokens =
            request.set_pkce_verifier(returned.verifier).request(&self.asker).map_err(|error| {
                match error {
                    RequestTokenError::ServerResponse(_) => {
                        Refusal::of(SignInProblem::ProviderRefused, &error)
                    }
                    // Its cause would quote the answer, and that holds tokens.
                    RequestTokenError::Parse(..) => {
                        Refusal::new(SignInProblem::ProviderDown, "its tokens can't be read")
                    }
                    _ => Refusal::of(SignInProblem::ProviderDown, &error),
                }
            })?;
        let mut claims = self.verify(&us, &tokens, &returned.nonce)?;
        if !claims::are_complete(&claims, &self.config) {
            self.complete(&us, &tokens, &mut claims)?;
        }
        let leave_hint = tokens.id_token().map(ToString::to_string).filter(|it| it.len() <= LONGEST_HINT);
        Ok(Proved { claims, leave_hint })
    }

    /// The claims of the ID token, if it proves them. A signature by a key that is not known is looked at again with the keys
    /// that the provider has now.
    fn verify(&self, us: &Us, tokens: &Tokens, nonce: &Nonce) -> Result<Claims, Refusal> {
        use openidconnect::ClaimsVerificationError::SignatureVerification;
        let untrusted = |error: &dyn std::error::Error| Refusal::of(SignInProblem::Untrusted, error);
        let Some(token) = tokens.id_token() else {
            return Err(Refusal::new(SignInProblem::Untrusted, "there is no ID token"));
        };
        let claims = match token.claims(&verifier(us), nonce) {
            Err(SignatureVerification(first)) if is_unknown_key(&first) => {
                let said =
                    self.ask_anew().map_err(|error| Refusal::of(SignInProblem::ProviderDown, &error))?;
                let now = self.us(&said, None);
                serde_json::to_value(token.claims(&verifier(&now), nonce).map_err(|error| untrusted(&error))?)
            }
            other => serde_json::to_value(other.map_err(|error| untrusted(&error))?),
        };
        match claims.map_err(|error| untrusted(&error))? {
            Value::Object(claims) => Ok(claims),
            _ => Err(Refusal::new(SignInProblem::Untrusted, "the ID token holds no claims")),
        }
    }

    /// Some providers give name or groups only to whoever asks for them with the access token. What the ID token says holds.
    fn complete(&self, us: &Us, tokens: &Tokens, claims: &mut Claims) -> Result<(), Refusal> {
        let access = tokens.access_token().clone();
        // The library would panic on one that is no header.
        let is_header = access.secret().bytes().all(|byte| byte.is_ascii_graphic());
        let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned();
        let asked = us.user_info(access, Some(SubjectIdentifier::new(subject)));
        // Where there is no such place, what is there has to do.
        let (Ok(asked), true) = (asked, is_header) else { return Ok(()) };
        let more: UserInfoClaims<More, CoreGenderClaim> =
            asked.request(&self.asker).map_err(|error| match error {
                UserInfoError::ClaimsVerification(_) => Refusal::of(SignInProblem::Untrusted, &error),
                // To go on without would take somebody's teams away.
                _ => Refusal::of(SignInProblem::ProviderDown, &error),
            })?;
        if let Ok(Value::Object(more)) = serde_json::to_value(more) {
            for (name, value) in more {
                claims.entry(name).or_insert(value);
            }
        }
        Ok(())
    }

    /// Where to send somebody who has signed out here; `None`: the provider has no such place, or does not answer.
    pub(super) fn leave(&self, hint: Option<&str>) -> Option<String> {
        let said = self.metadata().ok()?;
        let at = said.additional_metadata().end_session_endpoint.clone()?;
        let request = LogoutRequest::from(at)
            .set_client_id(ClientId::new(self.config.client.clone()))
            .set_post_logout_redirect_uri(self.leave_to.clone());
        let mut address = request.http_get_url();
        if let Some(hint) = hint {
            address.query_pairs_mut().append_pair("id_token_hint", hint);
        }
        Some(address.into())
    }
}

/// Signatures that the provider's published keys prove. Not those by our own secret: whoever has that would be anybody.
fn verifier(us: &Us) -> openidconnect::IdTokenVerifier<'_, CoreJsonWebKey> {
    use CoreJwsSigningAlgorithm as By;
    us.id_token_verifier().set_allowed_algs([
        By::RsaSsaPkcs1V15Sha256,
        By::RsaSsaPkcs1V15Sha384,
        By::RsaSsaPkcs1V15Sha512,
        By::RsaSsaPssSha256,
        By::RsaSsaPssSha384,
        By::RsaSsaPssSha512,
        By::EcdsaP256Sha256,
        By::EcdsaP384Sha384,
        By::EdDsa,
    ])
}

/// Whether the provider may have changed its keys since.
fn is_unknown_key(error: &openidconnect::SignatureVerificationError) -> bool {
    use openidconnect::SignatureVerificationError as E;
    matches!(error, E::NoMatchingKey | E::AmbiguousKeyId(_) | E::CryptoError(_) | E::InvalidKey(_))
}
