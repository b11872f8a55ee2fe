package io.codeb.server.internal.http;

import io.codeb.error.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate and its key, in files as PEM.
 *
 * @param chain the certificate, and those that it is signed with
 * @param key its key
 */
record PemFiles(Path chain, Path key) {
    /** The store is in memory alone, and has to have one. */
    static final String PASSWORD = "in memory";

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Map<String, String> SIGNATURES =
            Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA", "EdDSA", "EdDSA", "Ed25519", "Ed25519");
    private static final int LONGEST = 1 << 20;

    /** Reads both, and holds one against the other. */
    KeyStore load() {
        try {
            List<? extends Certificate> certificates = List.copyOf(CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(read(chain))));
            if (certificates.isEmpty()) {
                throw new ConfigException("there is no certificate in " + chain, "let it be PEM");
            }
            PrivateKey secret = KeyFactory.getInstance(
                            certificates.get(0).getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(keyBytes()));
            if (!belong(secret, certificates.get(0).getPublicKey())) {
                throw new ConfigException(
                        "the key in " + key + " is not that of the certificate in " + chain,
                        "renew both together, the certificate of the server itself first in its file");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", secret, PASSWORD.toCharArray(), certificates.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new ConfigException(
                    "the certificate in " + chain + " or the key in " + key + " cannot be used: "
                            + e.getClass().getSimpleName(),
                    "let both be PEM, the key PKCS #8, not encrypted, and that of the certificate");
        }
    }

    /** Whether what one has signed is of the other; true where nobody here signs with such keys. */
    private static boolean belong(PrivateKey secret, PublicKey known) throws GeneralSecurityException {
        String algorithm = SIGNATURES.get(known.getAlgorithm());
        if (algorithm == null) {
            return true;
        }
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        signature.update((byte) 1);
        byte[] signed = signature.sign();
        signature.initVerify(known);
        signature.update((byte) 1);
        return signature.verify(signed);
    }

    private byte[] keyBytes() throws IOException {
        Matcher found = KEY.matcher(new String(read(key), StandardCharsets.US_ASCII));
        if (!found.find()) {
            throw new ConfigException(
                    "there is no private key in " + key, "let it be PKCS #8 as PEM: openssl pkcs8 -topk8 -nocrypt");
        }
        return Base64.getMimeDecoder().decode(found.group(1));
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw new IOException(file + " is too long");
        }
        return Files.readAllBytes(file);
    }

    /** Changes when one of them does. */
    List<FileTime> stamp() throws IOException {
        return List.of(Files.getLastModifiedTime(chain), Files.getLastModifiedTime(key));
    }
}
