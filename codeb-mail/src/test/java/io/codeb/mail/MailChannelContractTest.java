package io.codeb.mail;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.alert.AlertChannelContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class MailChannelContractTest extends AlertChannelContract {
    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Override
    protected AlertChannelProvider provider() {
        return new MailChannelProvider();
    }

    @Override
    protected ProviderConfig to(int port) {
        return ProviderConfig.of("mail")
                .withOption("host", "127.0.0.1")
                .withOption("port", Integer.toString(port))
                .withOption("security", "none")
                .withOption("from", "codeb@example.com")
                .withOption("to", "ops@example.com");
    }

    @Override
    protected int receiver() {
        return server.getSmtp().getPort();
    }

    @Override
    protected int arrived() {
        return server.getReceivedMessages().length;
    }
}
