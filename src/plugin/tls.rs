//! AutoMTLS: TLS in which each side knows the other's certificate beforehand. The host hands us its own in
//! `PLUGIN_CLIENT_CERT`, we hand it ours in the handshake line, and nobody else can speak to either.
//!
//! Grafana does not turn it on, other hosts do. A Go host's key is of the curve P-521, which ring cannot verify; that
//! part stands in [`p521_key`]. Our own key may be of any kind that Go can verify, so it is what ring makes: P-256.

mod p521_key;
mod verifier;

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

use super::PluginError;
use super::environment::Environment;
use verifier::HostOnly;

/// The name that go-plugin's hosts look for in our certificate.
const SERVER_NAME: &str = "localhost";
/// go-plugin requires HTTP/2, and newer gRPC clients refuse a server that does not say so.
const PROTOCOL: &[u8] = b"h2";

/// Our side of AutoMTLS.
pub(super) struct AutoMtls {
    /// Lets in the host, and only the host.
    pub(super) acceptor: TlsAcceptor,
    /// Our certificate as the handshake line wants it: DER in base64 without padding.
    pub(super) certificate: String,
}

impl AutoMtls {
    /// None if the host does not ask for it.
    pub(super) fn from_environment(environment: &Environment) -> Result<Option<Self>, PluginError> {
        environment.get("PLUGIN_CLIENT_CERT").map(Self::new).transpose()
    }

    fn new(host_pem: &str) -> Result<Self, PluginError> {
        let host = CertificateDer::from_pem_slice(host_pem.as_bytes())
            .map_err(PluginError::HostCertificate)?;
        let own = rcgen::generate_simple_self_signed([SERVER_NAME.to_owned()])
            .map_err(PluginError::Certificate)?;
        let certificate = STANDARD_NO_PAD.encode(own.cert.der());
        let config = server_config(host, &own).map_err(PluginError::Tls)?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
    }
}

impl fmt::Debug for AutoMtls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AutoMtls").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

fn server_config(
    host: CertificateDer<'static>,
    own: &rcgen::CertifiedKey<rcgen::KeyPair>,
) -> Result<ServerConfig, rustls::Error> {
    let provider: CryptoProvider = ring::default_provider();
    let verifier = HostOnly::new(host, provider.signature_verification_algorithms);
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(vec![own.cert.der().clone()], key.into())?;
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_an_error() {
        for text in ["", "no pem", "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n"] {
            assert!(
                matches!(AutoMtls::new(text), Err(PluginError::HostCertificate(_))),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_certificate_fits_into_a_field_of_the_handshake() {
        let host = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = AutoMtls::new(&host.cert.pem()).unwrap().certificate;
        // Hosts take a shorter sixth field for junk of older plugins.
        assert!(certificate.len() > 50);
        assert!(!certificate.contains(['|', '=', '\n']));
    }
}
