package io.codeb.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A mail server in this JVM: speaks SMTP over real sockets, with TLS from the start or by STARTTLS, and answers some
 * commands as it is told. One client after the other.
 */
final class MailServer implements AutoCloseable {
    private final ServerSocket listening;
    private final @Nullable SSLContext tls;
    private final boolean tlsAtOnce;
    private final Map<String, String> answers = new LinkedHashMap<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile @Nullable Socket client;

    MailServer(@Nullable SSLContext tls, boolean tlsAtOnce) throws IOException {
        this.tls = tls;
        this.tlsAtOnce = tlsAtOnce;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "mail-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listening.getLocalPort();
    }

    /** What is answered to commands that begin so; {@code HANG} for nothing at all. */
    MailServer answering(String command, String answer) {
        answers.put(command, answer);
        return this;
    }

    /** All lines of clients; those that were read through TLS begin with {@code TLS }. */
    List<String> heard() {
        return heard;
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                client = socket;
                talk(tlsAtOnce ? secured(socket) : socket, tlsAtOnce);
            } catch (IOException e) {
                // The client has gone, or the test is over.
            }
        }
    }

    private Socket secured(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) Objects.requireNonNull(tls)
                .getSocketFactory()
                .createSocket(socket, "127.0.0.1", socket.getPort(), true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    private void talk(Socket socket, boolean secure) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        if (!secure || tlsAtOnce) {
            say(socket, answers.getOrDefault("", "220 mail.example.com ESMTP"));
        }
        boolean data = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            heard.add((secure ? "TLS " : "") + line);
            if (data && !line.equals(".")) {
                continue;
            }
            String told = answer(line, secure);
            say(socket, told);
            data = told.startsWith("354");
            if (line.equals("STARTTLS") && told.startsWith("220")) {
                talk(secured(socket), true);
                return;
            }
            if (line.equals("QUIT")) {
                return;
            }
        }
    }

    private String answer(String line, boolean secure) {
        for (Map.Entry<String, String> each : answers.entrySet()) {
            if (!each.getKey().isEmpty() && line.startsWith(each.getKey())) {
                return each.getValue();
            }
        }
        if (line.startsWith("EHLO")) {
            List<String> words = new ArrayList<>(List.of("250-mail.example.com"));
            if (tls != null && !secure) {
                words.add("250-STARTTLS");
            }
            words.add("250 AUTH PLAIN");
            return String.join("\r\n", words);
        }
        if (line.startsWith("STARTTLS")) {
            return "220 go on";
        }
        if (line.startsWith("AUTH")) {
            return "235 come in";
        }
        return line.startsWith("DATA") ? "354 go on" : "250 yes";
    }

    private static void say(Socket socket, String answer) throws IOException {
        if (answer.equals("HANG")) {
            return;
        }
        if (answer.equals("ENDLESS")) {
            byte[] words = "and so on ".repeat(1_000).getBytes(UTF_8);
            while (true) {
                socket.getOutputStream().write(words);
            }
        }
        socket.getOutputStream().write((answer + "\r\n").getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        Socket last = client;
        if (last != null) {
            last.close();
        }
    }
}
