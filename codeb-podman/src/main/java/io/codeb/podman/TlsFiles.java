package io.codeb.podman;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Reads {@code ca.pem}, {@code cert.pem} and {@code key.pem}. docker-java can do it too, but installs a security
 * provider in the whole JVM and stops at TLS 1.2.
 */
final class TlsFiles {
    private static final String HINT = "the directory needs ca.pem, cert.pem and key.pem, the key without a passphrase";

    private TlsFiles() {}

    /**
     * Reads a directory's certificates and key.
     *
     * @throws ConfigException when they are missing or unusable
     */
    static SSLContext read(Path directory) {
        List<String> missing = new ArrayList<>();
        for (String name : List.of("ca.pem", "cert.pem", "key.pem")) {
            if (!Files.isReadable(directory.resolve(name))) {
                missing.add(directory.resolve(name) + " cannot be read");
            }
        }
        if (!missing.isEmpty()) {
            throw new ConfigException(ErrorCode.CONFIG_INVALID, missing, HINT);
        }
        try {
            KeyStore keys = emptyStore();
            char[] inMemoryOnly = new char[0];
            keys.setKeyEntry(
                    "client",
                    PemKey.read(directory.resolve("key.pem")),
                    inMemoryOnly,
                    certificates(directory.resolve("cert.pem")).toArray(Certificate[]::new));
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, inMemoryOnly);

            KeyStore authorities = emptyStore();
            for (Certificate authority : certificates(directory.resolve("ca.pem"))) {
                authorities.setCertificateEntry("authority" + authorities.size(), authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);

            SSLContext context = SSLContext.getInstance(TlsWire.PROTOCOL);
            context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (NoClassDefFoundError e) {
            throw new ConfigException(
                    "key.pem in " + directory + " cannot be read without BouncyCastle",
                    "the application leaves out org.bouncycastle:bcpkix-jdk18on; a service behind TLS takes it");
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // What a parser says of a key file is not repeated: it could quote the key.
            throw new ConfigException("the certificates in " + directory + " cannot be used", HINT);
        }
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }
}
