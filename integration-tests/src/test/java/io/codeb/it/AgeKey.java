package io.codeb.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import io.codeb.model.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyPair;

/** A private key for one test, and the public one that belongs to it. */
record AgeKey(String text, String recipient) {
    static AgeKey make() {
        try {
            KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
            return new AgeKey(
                    new String(pair.getPrivate().getEncoded(), US_ASCII),
                    new String(pair.getPublic().getEncoded(), US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Secret identity() {
        return Secret.of(text);
    }
}
