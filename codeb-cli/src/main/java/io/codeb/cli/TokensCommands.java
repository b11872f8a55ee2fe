package io.codeb.cli;

import io.codeb.error.ConfigException;
import io.codeb.server.ApiToken;
import io.codeb.server.ApiTokens;
import io.codeb.server.CreatedToken;
import io.codeb.server.Role;
import io.codeb.server.TokenRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "tokens",
        description = "Says who may ask a server what.",
        subcommands = {TokensCommands.Create.class, TokensCommands.ListAll.class, TokensCommands.Revoke.class})
final class TokensCommands extends Group {
    @Command(name = "create", description = "Makes a token, and shows it this once.")
    static final class Create extends Task {
        @Parameters(paramLabel = "NAME", description = "For whom or for what it is, in a few words.")
        String name = "";

        @Option(
                names = "--may",
                required = true,
                paramLabel = "PROJECT:ROLE",
                description = "What it lets its owner do with a project, or with each of them as *: look, back-up,"
                        + " restore, deploy or administer. Can be repeated.")
        List<String> may = new ArrayList<>();

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                description = "After how long it is worth nothing, as in 90d; never without it.")
        @Nullable
        Duration expires;

        @Mixin
        StateOption state = new StateOption();

        @Override
        Answer run(Session session) {
            TokenRequest request = TokenRequest.of(name);
            for (String each : may) {
                String[] parts = each.split(":", 2);
                if (parts.length < 2) {
                    throw misuse("--may is PROJECT:ROLE, as shop:look");
                }
                request = request.may(role(parts[1]), parts[0]);
            }
            request = expires == null ? request : request.expiringIn(expires);
            CreatedToken made = ApiTokens.in(state.directory(session)).create(request);
            return Answer.of(new Views.CreatedTokenView(view(made.token()), made.secret()))
                    .line(made.secret());
        }

        private Role role(String text) {
            return Arrays.stream(Role.values())
                    .filter(role -> name(role).equals(text.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> misuse("there is no role '" + text + "'; there are "
                            + Arrays.stream(Role.values())
                                    .map(TokensCommands::name)
                                    .toList()));
        }
    }

    private static String name(Role role) {
        return role.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Views.TokenView view(ApiToken token) {
        Map<String, List<String>> roles = token.roles().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> names(each.getValue())));
        return new Views.TokenView(
                token.id(),
                token.name(),
                new TreeMap<>(roles),
                token.createdAt(),
                token.expiresAt().orElse(null),
                token.lastUsedAt().orElse(null));
    }

    private static List<String> names(Set<Role> roles) {
        return roles.stream().map(TokensCommands::name).toList();
    }

    @Command(name = "list", description = "Lists the tokens, without what they are shown by.")
    static final class ListAll extends Task {
        @Mixin
        StateOption state = new StateOption();

        @Override
        Answer run(Session session) {
            List<Views.TokenView> tokens = ApiTokens.in(state.directory(session)).list().stream()
                    .map(TokensCommands::view)
                    .toList();
            Words words = session.words();
            return Answer.of(new Views.TokenList(tokens))
                    .table(
                            "lllll",
                            List.of(
                                    words.say("head.id"),
                                    words.say("head.name"),
                                    words.say("head.roles"),
                                    words.say("head.expires"),
                                    words.say("head.used")),
                            tokens.stream()
                                    .map(token -> List.of(
                                            token.id(),
                                            token.name(),
                                            roles(token),
                                            time(token.expiresAt(), words),
                                            time(token.lastUsedAt(), words)))
                                    .toList());
        }

        private static String roles(Views.TokenView token) {
            return token.roles().entrySet().stream()
                    .map(each -> each.getKey() + ":" + String.join("+", each.getValue()))
                    .collect(Collectors.joining(" "));
        }

        private static String time(@Nullable Instant time, Words words) {
            return time == null ? "" : words.time(time);
        }
    }

    @Command(name = "revoke", description = "Makes a token worthless at once.")
    static final class Revoke extends Task {
        @Parameters(paramLabel = "ID", description = "The token's id, as the list has it.")
        String id = "";

        @Mixin
        StateOption state = new StateOption();

        @Override
        Answer run(Session session) {
            if (!ApiTokens.in(state.directory(session)).revoke(id)) {
                throw new ConfigException("there is no token " + id, "'codeb tokens list' tells which there are");
            }
            return Answer.of(new Views.RevokedToken(id)).line(session.words().say("tokens.revoked", id));
        }
    }
}
