package io.codeb.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Gives once more what a server has answered, and ends the connection behind as many bytes as it is asked for. */
final class CutAnswers implements AutoCloseable {
    private final byte[] whole;
    private final ServerSocket front;

    private CutAnswers(byte[] whole, ServerSocket front) {
        this.whole = whole;
        this.front = front;
    }

    static CutAnswers of(byte[] whole) throws IOException {
        CutAnswers answers = new CutAnswers(whole, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(answers::serve, "cut-answers");
        thread.setDaemon(true);
        thread.start();
        return answers;
    }

    /** Behind it comes the number of bytes, as a path. */
    URI uri() {
        return URI.create("http://127.0.0.1:" + front.getLocalPort());
    }

    private void serve() {
        while (!front.isClosed()) {
            try (Socket client = front.accept()) {
                // The whole request is read: what is left would reset the connection instead of ending it.
                BufferedReader request =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                int bytes = Integer.parseInt(request.readLine().split(" ", 3)[1].substring(1));
                while (!request.readLine().isEmpty()) {
                    // another header
                }
                client.getOutputStream().write(whole, 0, bytes);
            } catch (IOException e) {
                // the front is closed, or curl has seen enough
            }
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
    }
}
