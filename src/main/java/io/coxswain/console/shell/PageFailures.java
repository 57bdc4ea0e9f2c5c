package io.coxswain.console.shell;

import io.coxswain.meta.ApiException;
import jakarta.faces.FacesException;
import jakarta.faces.application.ViewExpiredException;
import jakarta.faces.context.ExceptionHandler;
import jakarta.faces.context.ExceptionHandlerFactory;
import jakarta.faces.context.ExceptionHandlerWrapper;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.faces.event.ExceptionQueuedEvent;
import jakarta.faces.event.ExceptionQueuedEventContext;
import jakarta.faces.event.PhaseId;
import java.io.IOException;
import java.util.Iterator;

/**
 * What happens to a page that fails: a refusal of the API server during an action becomes a message on the page; an
 * outlived view is shown anew; anything else goes to the error page, through {@link ConsoleFilter} or, for Ajax, by redirect.
 */
final class PageFailures extends ExceptionHandlerWrapper {

    PageFailures(ExceptionHandler wrapped) {
        super(wrapped);
    }

    /** Declared in faces-config.xml. */
    public static final class Factory extends ExceptionHandlerFactory {
        public Factory(ExceptionHandlerFactory wrapped) {
            super(wrapped);
        }

        @Override
        public ExceptionHandler getExceptionHandler() {
            return new PageFailures(getWrapped().getExceptionHandler());
        }
    }

    @Override
    public void handle() {
        FacesContext faces = FacesContext.getCurrentInstance();
        Iterator<ExceptionQueuedEvent> events =
                getUnhandledExceptionQueuedEvents().iterator();
        while (events.hasNext()) {
            ExceptionQueuedEventContext event =
                    (ExceptionQueuedEventContext) events.next().getSource();
            events.remove();
            handle(faces, event);
        }
    }

    private static void handle(FacesContext faces, ExceptionQueuedEventContext event) {
        Throwable failure = event.getException();
        ApiException refusal = Problem.find(failure, ApiException.class);
        ViewExpiredException expired = Problem.find(failure, ViewExpiredException.class);
        if (refusal != null && faces.isPostback() && event.getPhaseId() != PhaseId.RENDER_RESPONSE) {
            new FacesNotices().failed(refusal);
        } else if (expired != null) {
            redirect(faces, String.valueOf(expired.getViewId()));
        } else if (faces.getPartialViewContext().isAjaxRequest()) {
            faces.getExternalContext().getSessionMap().put(Problem.ATTRIBUTE, Problem.of(failure));
            redirect(faces, "/error.xhtml");
        } else {
            throw new FacesException(failure);
        }
    }

    private static void redirect(FacesContext faces, String view) {
        ExternalContext external = faces.getExternalContext();
        if (external.isResponseCommitted()) {
            return;
        }
        try {
            external.redirect(external.getRequestContextPath() + view);
        } catch (IOException e) {
            throw new FacesException(e);
        }
        faces.responseComplete();
    }
}
