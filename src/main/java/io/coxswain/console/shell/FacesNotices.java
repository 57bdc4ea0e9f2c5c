package io.coxswain.console.shell;

import jakarta.faces.application.FacesMessage;
import jakarta.faces.context.FacesContext;

/** Notices as Faces messages; they survive a redirect. */
final class FacesNotices implements Notices {
    @Override
    public void done(String text) {
        add("", FacesMessage.SEVERITY_INFO, text);
    }

    @Override
    public void failed(String clientId, String text) {
        add(clientId, FacesMessage.SEVERITY_ERROR, text);
    }

    private static void add(String clientId, FacesMessage.Severity severity, String text) {
        FacesContext context = FacesContext.getCurrentInstance();
        context.addMessage(clientId.isEmpty() ? null : clientId, new FacesMessage(severity, text, null));
        context.getExternalContext().getFlash().setKeepMessages(true);
    }
}
