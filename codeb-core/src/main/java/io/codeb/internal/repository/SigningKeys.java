package io.codeb.internal.repository;

import io.codeb.error.ConfigException;
import io.codeb.model.Secret;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of Ed25519 (RFC 8032) in the forms of RFC 8410, as {@code openssl genpkey -algorithm ed25519} and {@code openssl
 * pkey -pubout} write them. What it says of a key never holds it, as a private one may stand where a public one should.
 */
final class SigningKeys {
    private static final String ALGORITHM = "Ed25519";
    private static final Pattern PRIVATE =
            Pattern.compile("\\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----\\s*");
    private static final Pattern PUBLIC =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

    private SigningKeys() {}

    /** A private key, and the public one that belongs to it. */
    record Pair(PrivateKey key, PublicKey publicKey) {}

    /**
     * Reads a public key.
     *
     * @param text PEM, or its inner lines alone
     * @param number which of several, for messages
     * @throws ConfigException when it is none
     */
    static PublicKey publicKey(String text, int number) {
        Matcher pem = PUBLIC.matcher(text);
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.matches() ? pem.group(1) : text.strip());
            return factory().generatePublic(new X509EncodedKeySpec(der));
        } catch (InvalidKeySpecException | IllegalArgumentException e) {
            boolean secret = text.contains("PRIVATE");
            throw new ConfigException(
                    "trusted key " + number + (secret ? " is a private key" : " is no public key of Ed25519"),
                    secret
                            ? "name the public key that belongs to it, as openssl pkey -pubout prints it, and take the"
                                    + " private key for known if others can read this configuration"
                            : "name it as openssl pkey -pubout prints it");
        }
    }

    /** The text that names a public key: the inner line of its PEM form. */
    static String name(PublicKey key) {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /**
     * Reads a private key, as it is now.
     *
     * @throws ConfigException when it is none
     */
    static Pair pair(Secret secret) {
        Matcher pem = PRIVATE.matcher(secret.reveal());
        if (!pem.matches()) {
            throw noPrivateKey();
        }
        try {
            KeySpec spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
            if (!(factory().generatePrivate(spec) instanceof EdECPrivateKey key)) {
                throw noPrivateKey();
            }
            Pair pair = new Pair(key, publicOf(key));
            byte[] proof = sign(pair.key(), new byte[1]);
            if (!verify(pair.publicKey(), new byte[1], proof)) {
                throw new IllegalStateException("this Java makes another public key of the private one");
            }
            return pair;
        } catch (InvalidKeySpecException | IllegalArgumentException e) {
            throw noPrivateKey();
        }
    }

    /** No cause: it could quote the key. */
    private static ConfigException noPrivateKey() {
        return new ConfigException(
                "what signs is no private key of Ed25519 in PEM, without a password",
                "make one with: openssl genpkey -algorithm ed25519");
    }

    /** A private key is what its generator has drawn, and the generator knows the public one. */
    private static PublicKey publicOf(EdECPrivateKey key) {
        byte[] drawn = key.getBytes().orElseThrow(SigningKeys::noPrivateKey);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(255, new SecureRandom() {
                private static final long serialVersionUID = 1L;

                @Override
                public void nextBytes(byte[] bytes) {
                    System.arraycopy(drawn, 0, bytes, 0, bytes.length);
                }
            });
            return generator.generateKeyPair().getPublic();
        } catch (NoSuchAlgorithmException e) {
            throw missing(e);
        }
    }

    static byte[] sign(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (NoSuchAlgorithmException e) {
            throw missing(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of Ed25519 signs everything", e);
        }
    }

    static boolean verify(PublicKey key, byte[] message, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(signed);
        } catch (NoSuchAlgorithmException e) {
            throw missing(e);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("what was read is a key of Ed25519", e);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    private static KeyFactory factory() {
        try {
            return KeyFactory.getInstance(ALGORITHM);
        } catch (NoSuchAlgorithmException e) {
            throw missing(e);
        }
    }

    private static ConfigException missing(NoSuchAlgorithmException cause) {
        ConfigException missing = new ConfigException("this Java has no Ed25519", "add the module jdk.crypto.ec to it");
        missing.addSuppressed(cause);
        return missing;
    }
}
