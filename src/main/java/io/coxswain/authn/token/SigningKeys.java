package io.coxswain.authn.token;

import java.security.KeyPair;

/** Gives the key pair that signs tokens (EC P-256, ES256). {@code bootstrap} provides it. */
public interface SigningKeys {
    KeyPair current();
}
