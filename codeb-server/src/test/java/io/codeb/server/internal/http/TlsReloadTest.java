package io.codeb.server.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.server.MadeCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that is renewed while a server runs. */
class TlsReloadTest {
    private static final long NEVER = 1_000_000_000;

    @TempDir
    Path directory;

    private final Server server = new Server();
    private ServerConnector connector;
    private TlsReload reload;
    private MadeCertificate first;
    private MadeCertificate second;
    private int changes;

    @BeforeEach
    void open() throws Exception {
        first = MadeCertificate.in(Files.createDirectory(directory.resolve("first")));
        second = MadeCertificate.in(Files.createDirectory(directory.resolve("second")));
        put(first.chain(), "chain.pem");
        put(first.key(), "key.pem");
        PemFiles files = new PemFiles(directory.resolve("chain.pem"), directory.resolve("key.pem"));
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setKeyStore(files.load());
        context.setKeyStorePassword(PemFiles.PASSWORD);
        context.setSniRequired(false);
        reload = new TlsReload(server, context, files, NEVER);
        server.addBean(reload);
        connector = new ServerConnector(server, context);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.start();
    }

    @AfterEach
    void close() throws Exception {
        server.stop();
    }

    /** Puts a file in the place of another, as whoever renews certificates does, at a time that is another one. */
    private void put(Path from, String name) throws IOException {
        Path made = Files.copy(from, directory.resolve("new"), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(made, FileTime.from(Instant.EPOCH.plusSeconds(++changes)));
        Files.move(made, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private X509Certificate served() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", connector.getLocalPort())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void aNewCertificateIsUsedFromThenOnAndOneThatCannotBeUsedIsNot() throws Exception {
        assertThat(served()).isEqualTo(first.certificate());
        put(second.chain(), "chain.pem");
        reload.look();
        assertThat(served()).as("the key is still the old one").isEqualTo(first.certificate());

        put(second.key(), "key.pem");
        reload.look();
        assertThat(served()).isEqualTo(second.certificate());

        put(Files.writeString(directory.resolve("none"), "-----BEGIN PRIVATE KEY-----\n"), "key.pem");
        reload.look();
        assertThat(served()).isEqualTo(second.certificate());

        Files.delete(directory.resolve("chain.pem"));
        reload.look();
        assertThat(served()).isEqualTo(second.certificate());

        put(first.chain(), "chain.pem");
        put(first.key(), "key.pem");
        reload.look();
        assertThat(served()).isEqualTo(first.certificate());
    }

    /** Looks at what is served, whoever has signed it. */
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
