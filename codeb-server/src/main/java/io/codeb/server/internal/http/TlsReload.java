package io.codeb.server.internal.http;

import io.codeb.error.ConfigException;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a new certificate when its files have changed; one that cannot be used leaves the old one as it is. */
final class TlsReload extends AbstractLifeCycle {
    private static final Logger LOG = LoggerFactory.getLogger(TlsReload.class);

    private final Server server;
    private final SslContextFactory.Server context;
    private final PemFiles files;
    private final long everyMillis;
    private @Nullable List<FileTime> seen;

    TlsReload(Server server, SslContextFactory.Server context, PemFiles files, long everyMillis) {
        this.server = server;
        this.context = context;
        this.files = files;
        this.everyMillis = everyMillis;
    }

    @Override
    protected void doStart() throws Exception {
        seen = files.stamp();
        later();
    }

    private void later() {
        server.getScheduler()
                .schedule(
                        () -> {
                            if (isRunning()) {
                                look();
                                later();
                            }
                        },
                        everyMillis,
                        TimeUnit.MILLISECONDS);
    }

    void look() {
        try {
            List<FileTime> now = files.stamp();
            if (!now.equals(seen)) {
                context.reload(factory -> factory.setKeyStore(files.load()));
                seen = now;
                LOG.info("the certificate in {} is used from now on", files.chain());
            }
        } catch (ConfigException | IOException e) {
            LOG.warn("the certificate stays as it was: {}", e.getMessage());
        } catch (Exception e) {
            LOG.warn("the certificate stays as it was", e);
        }
    }
}
