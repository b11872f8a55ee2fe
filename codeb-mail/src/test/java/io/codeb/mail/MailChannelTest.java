package io.codeb.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.codeb.error.AlertException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.provider.ProviderConfig;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail on its way, over real sockets. */
@Timeout(60)
class MailChannelTest {
    private static final String CANARY = "canary-51d0";
    private static final Alert ALERT = new Alert(
            "7a1d",
            AlertKind.BACKUP_FAILED,
            Alert.State.RAISED,
            "shop",
            "",
            Instant.parse("2026-01-02T03:04:05Z"),
            Map.of("code", "STORAGE_FULL"),
            "shop 백업 실패",
            "남은 공간이 없습니다.\n.\nDelete old backups.");

    @TempDir
    private static Path directory;

    private static SSLContext ofTheServer;
    private static SSLContext ofAnother;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void makeCertificates() throws Exception {
        ofTheServer = certificate("server", "san=ip:127.0.0.1");
        ofAnother = certificate("another", "san=dns:another.example.com");
    }

    private static SSLContext certificate(String name, String extension) throws Exception {
        Path store = directory.resolve(name + ".p12");
        char[] password = "of the test".toCharArray();
        keytool(
                store,
                password,
                "-genkeypair -alias it -keyalg EC -dname CN=" + name + " -ext bc=ca:true -ext " + extension);
        keytool(store, password, "-exportcert -rfc -alias it -file " + pem(name));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), password), password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(Path store, char[] password, String words) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words.split(" ", -1)));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", new String(password)));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private static Path pem(String name) {
        return directory.resolve(name + ".pem");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static ProviderConfig config(int port, String security) {
        return ProviderConfig.of("mail")
                .withOption("host", "127.0.0.1")
                .withOption("port", Integer.toString(port))
                .withOption("security", security)
                .withOption("from", "codeb@example.com")
                .withOption("to", "ops@example.com, duty@example.com")
                .withOption("call-limit", "PT30S");
    }

    private AlertChannel open(ProviderConfig config) {
        AlertChannel channel = new MailChannelProvider().create(config);
        opened.add(channel);
        return channel;
    }

    private MailServer server(boolean withTls, boolean atOnce) throws IOException {
        MailServer server = new MailServer(withTls ? ofTheServer : null, atOnce);
        opened.add(server);
        return server;
    }

    private AlertException failure(ProviderConfig config) {
        AlertException failure =
                catchThrowableOfType(AlertException.class, () -> open(config).deliver(ALERT));
        assertThat(failure).isNotNull();
        assertThat(failure.hint()).isNotEmpty();
        assertThat(failure.toString()).doesNotContain(CANARY);
        assertThat(failure.getCause()).isNull();
        return failure;
    }

    private static ProviderConfig withPassword(ProviderConfig config) {
        return config.withOption("user", "codeb").withSecret("password", Secret.of(CANARY));
    }

    @Test
    void aServerOfOthersReadsIt() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        opened.add(server::stop);

        AlertChannel channel = open(config(server.getSmtp().getPort(), "none"));
        channel.deliver(ALERT);
        channel.deliver(ALERT);

        assertThat(server.waitForIncomingEmail(30_000, 4)).isTrue();
        MimeMessage message = server.getReceivedMessages()[0];
        assertThat(message.getSubject()).isEqualTo("shop 백업 실패");
        assertThat(message.getContent().toString().replace("\r\n", "\n").strip())
                .isEqualTo("남은 공간이 없습니다.\n.\nDelete old backups.");
        assertThat(message.getMessageID()).isEqualTo("<7a1d@codeb.alert>");
        assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(message.getSentDate().toInstant()).isEqualTo(ALERT.at());
        assertThat(message.getAllRecipients()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"starttls, false", "tls, true"})
    void nothingThatMattersIsSaidWithoutTls(String security, boolean atOnce) throws Exception {
        MailServer server = server(true, atOnce);

        open(withPassword(config(server.port(), security))
                        .withOption("ca-file", pem("server").toString()))
                .deliver(ALERT);

        assertThat(server.heard())
                .filteredOn(line -> !line.startsWith("TLS "))
                .allMatch(line -> line.startsWith("EHLO") || line.equals("STARTTLS"));
        assertThat(server.heard())
                .anyMatch(line -> line.startsWith("TLS AUTH"))
                .anyMatch(line -> line.startsWith("TLS MAIL FROM:<codeb@example.com>"))
                .anyMatch(line -> line.startsWith("TLS RCPT TO:<duty@example.com>"))
                .contains("TLS EHLO [127.0.0.1]");
        String login = Base64.getEncoder().encodeToString(("codeb\0codeb\0" + CANARY).getBytes(UTF_8));
        assertThat(server.heard()).contains("TLS AUTH PLAIN " + login);
    }

    /** Also where somebody on the way has taken the offer out. */
    @Test
    void whereThereIsNoTlsNothingIsSent() throws Exception {
        MailServer server = server(false, false);

        AlertException failure = failure(withPassword(config(server.port(), "starttls")));

        assertThat(failure.code()).isEqualTo(ErrorCode.ALERT_REFUSED);
        assertThat(failure).hasMessageContaining("STARTTLS");
        assertThat(server.heard()).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
    }

    @ParameterizedTest
    @CsvSource({"starttls, false", "tls, true"})
    void aCertificateOfAnotherIsNotBelieved(String security, boolean atOnce) throws Exception {
        MailServer server = new MailServer(ofAnother, atOnce);
        opened.add(server);

        AlertException stranger = failure(withPassword(config(server.port(), security)));
        AlertException wrongName = failure(withPassword(config(server.port(), security))
                .withOption("ca-file", pem("another").toString()));

        assertThat(List.of(stranger, wrongName)).allSatisfy(failure -> {
            assertThat(failure.code()).as(failure.toString()).isEqualTo(ErrorCode.ALERT_REFUSED);
            assertThat(failure.hint()).contains("certificate");
        });
        assertThat(server.heard()).noneMatch(line -> line.contains("AUTH") || line.contains("MAIL"));
    }

    @ParameterizedTest
    @CsvSource({
        "AUTH, 535 no such canary-51d0, ALERT_REFUSED",
        "MAIL, 550 not you, ALERT_REFUSED",
        "MAIL, 451 later, ALERT_UNDELIVERED",
        "RCPT, 550 nobody, ALERT_REFUSED",
        "RCPT, 450 full, ALERT_UNDELIVERED",
        "DATA, 554 no, ALERT_REFUSED",
        "DATA, 421 I am going, ALERT_UNDELIVERED",
        "., 552 too much, ALERT_REFUSED",
        "., 452 no room, ALERT_UNDELIVERED"
    })
    void whatAServerRefusesIsAnError(String command, String answer, ErrorCode code) throws Exception {
        MailServer server = server(true, true).answering(command, answer);

        AlertException failure = failure(withPassword(config(server.port(), "tls"))
                .withOption("ca-file", pem("server").toString()));

        assertThat(failure.code()).as(failure.toString()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "EHLO", "MAIL", "DATA", "."})
    void whoNeverAnswersIsNotWaitedFor(String command) throws Exception {
        MailServer server = server(false, false).answering(command, "HANG");

        AlertException failure = failure(config(server.port(), "none").withOption("call-limit", "PT0.5S"));

        assertThat(failure.code()).isEqualTo(ErrorCode.ALERT_UNDELIVERED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ENDLESS", "HTTP/1.1 400 Bad Request", "554 go away", ""})
    void whoDoesNotSpeakSmtpIsNoServer(String greeting) throws Exception {
        MailServer server = server(false, false).answering("", greeting);

        AlertException failure = failure(config(server.port(), "none").withOption("call-limit", "PT5S"));

        assertThat(failure.code()).isEqualTo(ErrorCode.ALERT_UNDELIVERED);
    }

    @Test
    void whereNobodyIsItIsTriedAgain() {
        assertThat(failure(config(1, "none")).code()).isEqualTo(ErrorCode.ALERT_UNDELIVERED);
    }

    @Test
    void aCloseEndsWhatHangs() throws Exception {
        MailServer server = server(false, false).answering("DATA", "HANG");
        AlertChannel channel = open(config(server.port(), "none").withOption("call-limit", "PT10M"));
        CompletableFuture<AlertException> end = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(AlertException.class, () -> channel.deliver(ALERT)));
        while (!server.heard().contains("DATA")) {
            Thread.onSpinWait();
        }

        channel.close();

        assertThat(end.get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.ALERT_UNDELIVERED);
        assertThat(catchThrowableOfType(AlertException.class, () -> channel.deliver(ALERT)))
                .isNotNull();
    }
}
