package io.codeb.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.error.AlertException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.mail.MailSettings.Security;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.io.TimedCancellation;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/** Sends each alert in a connection of its own. Of what a server says in its errors only the number is repeated. */
final class MailChannel implements AlertChannel {
    private final MailSettings settings;
    private @Nullable Socket going;
    private boolean closed;

    MailChannel(MailSettings settings) {
        this.settings = settings;
    }

    @Override
    public void deliver(Alert alert) {
        SSLSocketFactory tls = tls();
        try (Socket socket = open();
                TimedCancellation limit = new TimedCancellation(new Cancellation(), settings.callLimit())) {
            Cancellation.Registration registration = limit.cancellation().onCancel(() -> end(socket));
            try {
                send(alert, connected(socket, tls), tls);
            } catch (MessagingException | IOException e) {
                throw limit.isOver() ? undelivered("it was not done within the option call-limit") : judged(e);
            } finally {
                registration.close();
            }
        } catch (IOException e) {
            throw undelivered(e.getClass().getSimpleName());
        }
    }

    private synchronized Socket open() {
        if (closed) {
            throw undelivered("the channel is closed");
        }
        Socket socket = new BoundedSocket();
        going = socket;
        return socket;
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is to be had from it any more.
        }
    }

    private Socket connected(Socket socket, SSLSocketFactory tls) throws IOException {
        // With the name that it is to have: else the library asks for the name of the address, and believes that.
        InetAddress named = InetAddress.getByAddress(
                settings.host(), InetAddress.getByName(settings.host()).getAddress());
        socket.connect(new InetSocketAddress(named, settings.port()), (int)
                Math.min(settings.connectLimit().toMillis(), Integer.MAX_VALUE));
        socket.setSoTimeout((int) Math.min(settings.callLimit().toMillis(), Integer.MAX_VALUE));
        if (settings.security() != Security.TLS) {
            return socket;
        }
        SSLSocket secured = (SSLSocket) tls.createSocket(socket, settings.host(), settings.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private SSLSocketFactory tls() {
        Path authorities = settings.authorities();
        if (authorities == null) {
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(authorities))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority" + store.size(), each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException(
                    "mail: the certificates in " + authorities + " cannot be used: "
                            + e.getClass().getSimpleName(),
                    "ca-file is a file with certificates in the form PEM");
        }
    }

    private void send(Alert alert, Socket socket, SSLSocketFactory tls) throws MessagingException {
        Session session = session(socket.getLocalAddress(), tls);
        MimeMessage message = message(session, alert);
        try (SMTPTransport transport = new SMTPTransport(
                session, new URLName("smtp", settings.host(), settings.port(), null, settings.user(), null))) {
            transport.connect(socket);
            transport.sendMessage(message, message.getAllRecipients());
        }
    }

    private Session session(InetAddress own, SSLSocketFactory tls) {
        Properties properties = new Properties();
        properties.put(
                "mail.smtp.localhost", "[" + (own instanceof Inet6Address ? "IPv6:" : "") + own.getHostAddress() + "]");
        if (settings.security() == Security.STARTTLS) {
            properties.put("mail.smtp.starttls.enable", "true");
            properties.put("mail.smtp.starttls.required", "true");
            properties.put("mail.smtp.ssl.socketFactory", tls);
            properties.put("mail.smtp.ssl.checkserveridentity", "true");
        }
        String user = settings.user();
        Secret password = settings.password();
        if (user == null || password == null) {
            return Session.getInstance(properties);
        }
        properties.put("mail.smtp.auth", "true");
        properties.put("mail.smtp.user", user);
        return Session.getInstance(properties, new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(user, password.reveal());
            }
        });
    }

    private MimeMessage message(Session session, Alert alert) throws MessagingException {
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                // The same at each try, so that a reader gets it once.
                setHeader("Message-ID", "<" + alert.id() + "@codeb.alert>");
            }
        };
        message.setFrom(new InternetAddress(settings.from()));
        for (String each : settings.to()) {
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(each));
        }
        message.setSubject(alert.title(), UTF_8.name());
        message.setText(alert.text().isEmpty() ? alert.title() : alert.text(), UTF_8.name());
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setHeader(
                "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(alert.at().atOffset(ZoneOffset.UTC)));
        return message;
    }

    private static AlertException undelivered(String why) {
        return new AlertException(
                ErrorCode.ALERT_UNDELIVERED, "the mail server did not take the alert: " + why, "it is tried again");
    }

    private static AlertException refused(String why, String hint) {
        return new AlertException(ErrorCode.ALERT_REFUSED, "the mail server did not take the alert: " + why, hint);
    }

    private AlertException judged(Exception failure) {
        for (Throwable each = failure; each != null; each = next(each)) {
            if (each instanceof SSLException) {
                return refused(
                        "TLS with it failed",
                        "its certificate must be of the option host and of a known authority, or ca-file");
            }
            if (each instanceof AuthenticationFailedException) {
                return refused("it does not let the user in", "check the option user and the secret password");
            }
            int status = status(each);
            if (status >= 500) {
                return refused("it answers with " + status, "check the options from and to, and what it lets through");
            }
            if (status >= 400) {
                return undelivered("it answers with " + status);
            }
        }
        for (Throwable each = failure; each != null; each = next(each)) {
            if (each instanceof IOException) {
                return undelivered(each.getClass().getSimpleName());
            }
        }
        return settings.security() == Security.STARTTLS
                        && String.valueOf(failure.getMessage()).contains("STARTTLS")
                ? refused("it has no STARTTLS", "set the option security to tls, or name another server")
                : undelivered("it does not speak SMTP, or has hung up");
    }

    private static int status(Throwable failure) {
        if (failure instanceof SMTPSendFailedException sending) {
            return sending.getReturnCode();
        }
        return failure instanceof SMTPAddressFailedException address ? address.getReturnCode() : 0;
    }

    private static @Nullable Throwable next(Throwable failure) {
        return failure instanceof MessagingException messaging ? messaging.getNextException() : failure.getCause();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (going != null) {
            end(going);
        }
    }
}
