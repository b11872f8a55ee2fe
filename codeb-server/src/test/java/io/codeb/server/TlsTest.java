package io.codeb.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.error.ConfigException;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate and its key in files, as whoever runs a server has them. */
class TlsTest {
    @TempDir
    static Path files;

    @TempDir
    Path directory;

    private static MadeCertificate made;

    @BeforeAll
    static void makeCertificate() throws Exception {
        made = MadeCertificate.in(files);
    }

    private static CodeB codeb() {
        return CodeB.builder()
                .repository(BackupRepository.at("memory:" + UUID.randomUUID()))
                .storage(new InMemoryStorageProvider())
                .build();
    }

    private static HttpClient believing(Certificate certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private CodebServer.Builder builder(CodeB codeb) {
        return CodebServer.builder(codeb, directory.resolve("state")).address("127.0.0.1", 0);
    }

    @Test
    void aServerSpeaksTlsAndItsCookiesKeepToIt() throws Exception {
        try (CodeB codeb = codeb();
                CodebServer server = builder(codeb)
                        .tls(files.resolve("cert.pem"), files.resolve("key.pem"))
                        .start()) {
            HttpClient client = believing(made.certificate());
            assertThat(server.uri().getScheme()).isEqualTo("https");
            URI live = server.uri().resolve("/api/health/live");
            assertThat(client.send(HttpRequest.newBuilder(live).build(), HttpResponse.BodyHandlers.ofString())
                            .body())
                    .isEqualTo("{\"status\":\"UP\"}");
            String secret = ApiTokens.in(directory.resolve("state"))
                    .create(TokenRequest.of("a test").may(Role.LOOK, "*"))
                    .secret();

            HttpResponse<String> in = client.send(
                    HttpRequest.newBuilder(server.uri().resolve("/api/session"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"token\": \"" + secret + "\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
                    .startsWith("__Host-codeb=")
                    .endsWith("; Secure");
        }
    }

    @Test
    void aKeyThatIsNoneIsRefusedByName() throws IOException {
        Path other = Files.writeString(directory.resolve("other.pem"), "-----BEGIN RSA PRIVATE KEY-----\n");
        try (CodeB codeb = codeb()) {
            assertThatThrownBy(() ->
                            builder(codeb).tls(files.resolve("cert.pem"), other).start())
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("other.pem");
            assertThatThrownBy(() ->
                            builder(codeb).tls(other, files.resolve("key.pem")).start())
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("other.pem");
        }
    }
}
