package io.codeb.cli;

import io.codeb.alert.AlertDelivery;
import io.codeb.error.ConfigException;
import io.codeb.json.FailureView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "alerts",
        description = "Works with the channels by which people are told what goes wrong.",
        subcommands = AlertsCommands.TryAll.class)
final class AlertsCommands extends Group {
    @Command(
            name = "test",
            description = "Sends each channel an alert that says that it is a test; to who waits for a heartbeat, it is"
                    + " one.")
    static final class TryAll extends Task {
        @Override
        Answer run(Session session) {
            if (session.configuration().alerts().routes().isEmpty()) {
                throw new ConfigException(
                        "nothing in the configuration says who is told what goes wrong",
                        "say it by routes under alerts");
            }
            List<String> delivered = new ArrayList<>();
            List<FailureView> failures = new ArrayList<>();
            int status = 0;
            for (AlertDelivery delivery : session.codeb().alerts().test()) {
                if (delivery.failure().isPresent()) {
                    failures.add(FailureView.of(
                            delivery.channel(), delivery.failure().get()));
                    status = delivery.failure().get().code().exitStatus();
                } else {
                    delivered.add(delivery.channel());
                }
            }
            Words words = session.words();
            Answer answer = Answer.of(new Views.TestedAlerts(failures.isEmpty(), delivered, failures))
                    .status(status);
            delivered.forEach(channel -> answer.line(words.say("alerts.delivered", channel)));
            return Backups.failures(answer, failures, words);
        }
    }
}
