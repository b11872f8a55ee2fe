package io.codeb.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A certificate of this host that has signed itself, made by the JDK's own program, since nothing in its API makes any.
 *
 * @param certificate it
 * @param chain the same in a file, as PEM
 * @param key its key in a file, as PEM
 */
public record MadeCertificate(X509Certificate certificate, Path chain, Path key) {
    private static final String PASSWORD = "of a test";

    /**
     * Makes one.
     *
     * @param directory where its files are; there is none of another in it
     * @return it
     * @throws Exception when it cannot be made
     */
    public static MadeCertificate in(Path directory) throws Exception {
        Path store = directory.resolve("made.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        return written(directory, KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
    }

    private static MadeCertificate written(Path directory, KeyStore made) throws IOException, GeneralSecurityException {
        X509Certificate certificate = (X509Certificate) made.getCertificate("server");
        return new MadeCertificate(
                certificate,
                Files.writeString(directory.resolve("cert.pem"), pem("CERTIFICATE", certificate.getEncoded())),
                Files.writeString(
                        directory.resolve("key.pem"),
                        pem(
                                "PRIVATE KEY",
                                made.getKey("server", PASSWORD.toCharArray()).getEncoded())));
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + what
                + "-----\n";
    }
}
