package io.codeb.age;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.x25519.X25519KeyFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import io.codeb.error.ConfigException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.crypto.spec.SecretKeySpec;

/** The texts of keys. What it says of them never holds one, as a private key may stand where a public one should. */
final class Keys {
    private static final String PRIVATE = "AGE-SECRET-KEY-1";
    private static final int MAX_IDENTITIES = 64;

    private Keys() {}

    /** A new private key's text. */
    static String generate() {
        try {
            return ascii(
                    new X25519KeyPairGenerator().generateKeyPair().getPrivate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no X25519", e);
        }
    }

    /**
     * The public key that belongs to a private one.
     *
     * @throws IllegalArgumentException when that is none
     */
    static String recipientOf(String identity) {
        try {
            SecretKeySpec key = new SecretKeySpec(identity.getBytes(StandardCharsets.US_ASCII), "X25519");
            return ascii(new X25519KeyFactory().translateKey(key).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("this is no private key of age", e);
        }
    }

    /** Refuses what is no public key. */
    static void requireRecipient(String recipient, int number) {
        if (recipient.toUpperCase(Locale.ROOT).startsWith(PRIVATE)) {
            throw new ConfigException(
                    "recipient " + number + " is a private key",
                    "name the public key that belongs to it, age1…, and take the private key for known if others can"
                            + " read this configuration");
        }
        try {
            writer(recipient);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "recipient " + number + " is no public key of age",
                    "give what age-keygen calls the public key: age1 and 58 letters and digits; SSH keys are not"
                            + " supported");
        }
    }

    /**
     * What encrypts to a public key.
     *
     * @throws IllegalArgumentException when that is none
     */
    static RecipientStanzaWriter writer(String recipient) {
        try {
            return X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("this is no public key of age", e);
        }
    }

    /** What decrypts with each of the private keys in the text of an identity file. */
    static List<RecipientStanzaReader> readers(String identities) {
        List<String> keys = identities
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (keys.isEmpty() || keys.size() > MAX_IDENTITIES) {
            throw new ConfigException(
                    "the secret identity has " + keys.size() + " private keys",
                    "give one to " + MAX_IDENTITIES + ", each in a line: " + PRIVATE + "…");
        }
        return IntStream.range(0, keys.size())
                .mapToObj(i -> reader(keys.get(i), i + 1))
                .toList();
    }

    private static RecipientStanzaReader reader(String identity, int number) {
        try {
            return X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(identity);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Not the cause: its text may have a part of the key.
            throw new ConfigException(
                    "key " + number + " in the secret identity is no private key of age",
                    "give what age-keygen writes: " + PRIVATE + "…; a key that is protected by a passphrase has to be"
                            + " decrypted before, SSH keys are not supported");
        }
    }

    private static String ascii(byte[] text) {
        return new String(text, StandardCharsets.US_ASCII);
    }
}
