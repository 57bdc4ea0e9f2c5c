package io.coxswain.bootstrap.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate with its private key. */
record KeyedCertificate(X509Certificate certificate, PrivateKey key) {}
