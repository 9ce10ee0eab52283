//! AutoMTLS, spoken as a Go host speaks it: the plugin's certificate from the handshake is the only root, its name is
//! `localhost`, and the host's own key is of the curve P-521.
//!
//! `tests/fixtures/host-p521.*` were made once with OpenSSL, in the form that go-plugin gives its certificates; the key
//! protects nothing.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use p521::ecdsa::signature::Signer as _;
use p521::pkcs8::DecodePrivateKey as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::{CertifiedKey, Signer, SigningKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, Error, RootCertStore, SignatureAlgorithm, SignatureScheme,
    SupportedProtocolVersion,
};
use tokio_rustls::TlsConnector;

use crate::harness::{Plugin, dial, health};

pub(crate) const HOST_CERTIFICATE: &str = include_str!("../fixtures/host-p521.crt.pem");
const HOST_KEY: &str = include_str!("../fixtures/host-p521.key.pem");

const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

/// rustls with ring cannot sign with such a key either.
#[derive(Debug, Clone)]
struct P521Key(p521::ecdsa::SigningKey);

impl SigningKey for P521Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&self.scheme()).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for P521Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: p521::ecdsa::DerSignature = self.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}

fn pem(text: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(text.as_bytes()).unwrap()
}

/// The host's certificate with the key that belongs to it.
fn host() -> CertifiedKey {
    let key = PrivateKeyDer::from_pem_slice(HOST_KEY.as_bytes()).unwrap();
    let key = p521::SecretKey::from_pkcs8_der(key.secret_der()).unwrap();
    CertifiedKey::new(vec![pem(HOST_CERTIFICATE)], Arc::new(P521Key(key.into())))
}

/// The host's certificate with somebody else's key.
fn thief() -> CertifiedKey {
    let key = p521::ecdsa::SigningKey::from_slice(&[1; 66]).unwrap();
    CertifiedKey::new(vec![pem(HOST_CERTIFICATE)], Arc::new(P521Key(key)))
}

/// A certificate for the same name that ring can make, as PEM too.
fn p256() -> (CertifiedKey, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let key = rustls::crypto::ring::sign::any_ecdsa_type(&key).unwrap();
    (CertifiedKey::new(vec![made.cert.der().clone()], key), made.cert.pem())
}

/// Trusts the certificate in the plugin's handshake, and nothing else.
fn roots(plugin: &Plugin) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let certificate = STANDARD_NO_PAD.decode(plugin.field(5)).unwrap();
    roots.add(CertificateDer::from(certificate)).unwrap();
    roots
}

fn config(
    plugin: &Plugin,
    version: &'static SupportedProtocolVersion,
    client: Option<CertifiedKey>,
) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots(plugin));
    let mut config = match client {
        Some(client) => config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(client))),
        None => config.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

/// Dials and asks for the plugin's health.
async fn ask(socket: &Path, config: ClientConfig) -> Result<i32, String> {
    let tls = TlsConnector::from(Arc::new(config));
    let channel = dial(socket, async move |stream| {
        let stream = tls.connect(ServerName::try_from("localhost").unwrap(), stream).await?;
        // A newer gRPC host refuses a server that does not choose HTTP/2.
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        Ok(stream)
    });
    let channel = channel.await.map_err(|error| format!("{error:?}"))?;
    health(&channel, "plugin").await.map_err(|error| format!("{error:?}"))
}

#[tokio::test]
async fn a_go_host_gets_in() {
    let plugin = Plugin::start_with(&[("PLUGIN_CLIENT_CERT", HOST_CERTIFICATE)]);
    for version in VERSIONS {
        assert_eq!(
            ask(&plugin.socket(), config(&plugin, version, Some(host()))).await,
            Ok(1),
            "{version:?}"
        );
    }
}

#[tokio::test]
async fn a_host_with_another_kind_of_key_gets_in() {
    let (client, certificate) = p256();
    let plugin = Plugin::start_with(&[("PLUGIN_CLIENT_CERT", &certificate)]);
    for version in VERSIONS {
        assert_eq!(
            ask(&plugin.socket(), config(&plugin, version, Some(client.clone()))).await,
            Ok(1),
            "{version:?}"
        );
    }
}

#[tokio::test]
async fn nobody_else_gets_in() {
    let plugin = Plugin::start_with(&[("PLUGIN_CLIENT_CERT", HOST_CERTIFICATE)]);
    for version in VERSIONS {
        for (who, client) in [
            ("no certificate", None),
            ("another certificate", Some(p256().0)),
            ("another key", Some(thief())),
        ] {
            let answer = ask(&plugin.socket(), config(&plugin, version, client)).await;
            assert!(answer.is_err(), "{who} with {version:?}");
        }
        assert_eq!(
            ask(&plugin.socket(), config(&plugin, version, Some(host()))).await,
            Ok(1),
            "{version:?}"
        );
    }
    let plain = dial(&plugin.socket(), async |stream| Ok(stream)).await;
    assert!(plain.is_err() || health(&plain.unwrap(), "plugin").await.is_err(), "without TLS");
}

#[test]
fn a_certificate_that_is_none_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let output = crate::harness::command(folder.path())
        .env("PLUGIN_CLIENT_CERT", "no pem")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    assert!(String::from_utf8(output.stderr).unwrap().contains("PLUGIN_CLIENT_CERT"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a socket was left behind");
}
