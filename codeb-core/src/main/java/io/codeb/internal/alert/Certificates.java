package io.codeb.internal.alert;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What is wrong with the certificates in a file. */
final class Certificates {
    private static final int MAX_BYTES = 1 << 20;

    private Certificates() {}

    /**
     * Looks.
     *
     * @param until when they all should still be good
     * @return what is wrong, in a sentence; empty where nothing is
     */
    static Optional<String> problem(Path file, Instant until) {
        Collection<? extends Certificate> certificates;
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.of("There is no such file.");
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MAX_BYTES + 1);
            }
            if (bytes.length > MAX_BYTES) {
                return Optional.of("The file is larger than 1 MiB.");
            }
            certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            return Optional.of("The file cannot be read: " + e.getClass().getSimpleName() + ".");
        } catch (CertificateException e) {
            return Optional.of("The file has no certificates that can be read.");
        }
        return certificates.isEmpty()
                ? Optional.of("The file has no certificate.")
                : certificates.stream()
                        .filter(X509Certificate.class::isInstance)
                        .map(X509Certificate.class::cast)
                        .filter(each -> end(each).isBefore(until))
                        .min(Comparator.comparing(Certificates::end))
                        .map(each -> each.getSubjectX500Principal().getName() + " is good until " + end(each) + ".");
    }

    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }
}
