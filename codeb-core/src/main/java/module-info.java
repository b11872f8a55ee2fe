import io.codeb.internal.alert.HeartbeatChannelProvider;
import io.codeb.internal.alert.LogChannelProvider;
import io.codeb.internal.alert.SlackChannelProvider;
import io.codeb.internal.alert.WebhookChannelProvider;
import io.codeb.internal.codec.GzipCodecProvider;
import io.codeb.internal.codec.NoneCodecProvider;
import io.codeb.internal.codec.ZstdCodecProvider;
import io.codeb.internal.host.HostRuntimeProvider;
import io.codeb.internal.json.ValuesModule;

/** What applications call: {@link io.codeb.CodeB} and its services. */
@SuppressWarnings("requires-automatic") // cron-utils keeps its name in its manifest
module io.codeb {
    requires transitive io.codeb.spi;
    requires static transitive org.jspecify;
    requires com.cronutils;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.datatype.jsr310;
    requires com.github.luben.zstd_jni;
    requires java.net.http;
    requires org.slf4j;

    exports io.codeb;
    exports io.codeb.alert;
    exports io.codeb.retention;
    exports io.codeb.schedule;
    exports io.codeb.status;
    exports io.codeb.config;

    // Jackson makes and reads the records that are files in a repository.
    opens io.codeb.internal.repository to
            com.fasterxml.jackson.databind;

    uses io.codeb.BackupServiceProvider;
    uses io.codeb.RestoreServiceProvider;
    uses io.codeb.spi.alert.AlertChannelProvider;
    uses io.codeb.spi.codec.CodecProvider;
    uses io.codeb.spi.engine.DatabaseEngineProvider;
    uses io.codeb.spi.runtime.RuntimeProvider;
    uses io.codeb.spi.storage.StorageProvider;

    provides com.fasterxml.jackson.databind.Module with
            ValuesModule;
    provides io.codeb.spi.alert.AlertChannelProvider with
            HeartbeatChannelProvider,
            LogChannelProvider,
            SlackChannelProvider,
            WebhookChannelProvider;
    provides io.codeb.spi.codec.CodecProvider with
            GzipCodecProvider,
            NoneCodecProvider,
            ZstdCodecProvider;
    provides io.codeb.spi.runtime.RuntimeProvider with
            HostRuntimeProvider;
}
