package io.codeb.examples.springboot;

import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Backs up when the time has come. */
@Component
class NightlyBackup {
    private static final Logger LOG = LoggerFactory.getLogger(NightlyBackup.class);

    private final CodeB codeb;

    NightlyBackup(CodeB codeb) {
        this.codeb = codeb;
    }

    /** A failure is logged here, for no caller hears of it. */
    @Scheduled(cron = "${backup.nightly}")
    void backUp() {
        try {
            BackupResult backup = codeb.backups().run(BackupConfiguration.PROJECT);
            backup.notices().forEach(notice -> LOG.warn("{}: {}", backup.ref(), notice));
        } catch (CodeBException e) {
            if (e.code() == ErrorCode.CANCELLED || e.code() == ErrorCode.CLOSED) {
                LOG.info("the nightly backup was given up: the application ends");
            } else {
                LOG.error("there is no backup of this night", e);
            }
        }
    }
}
