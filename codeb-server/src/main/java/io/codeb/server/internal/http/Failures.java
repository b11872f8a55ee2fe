package io.codeb.server.internal.http;

import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What is wrong with a request before any route sees it, told as a problem like everything else. */
public final class Failures implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Object failure = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
        int status = failure instanceof HttpException known ? known.getCode() : 500;
        boolean theirs = status != 500; // 501 and 505, too, are of a request that is none
        ProblemException problem = theirs
                ? Refusal.REQUEST_INVALID.because("request-unanswered", HttpStatus.getMessage(status))
                : Refusal.INTERNAL.because("internal");
        Language language = Language.of(request.getHeaders());
        response.reset();
        Dispatcher.protect(response.getHeaders());
        Problem told = problem.problem(language).at(status < 500 || !theirs ? status : 400);
        Answer.problem(told, language, Map.of()).write(request, response, callback);
        return true;
    }
}
