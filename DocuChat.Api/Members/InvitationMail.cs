using DocuChat.Core.Notifications;
using DocuChat.Core.Tenancy;

namespace DocuChat.Api.Members;

/// <summary>The e-mail that brings an invitation.</summary>
internal static class InvitationMail
{
    public static Notification Of(Tenant tenant, Invitation invitation, Uri link) =>
        tenant.Language == "en"
            ? Mail(
                tenant,
                invitation,
                link,
                $"{tenant.Name} invites you to DocuChat",
                $"You are invited to ask the documents of {tenant.Name}, with your own name and password.",
                "Join",
                "The link is good for seven days, once. If you do not know who invites you, nothing is to be done."
            )
            : Mail(
                tenant,
                invitation,
                link,
                $"دعوت {tenant.Name} به داکیوچت",
                $"شما دعوت شده‌اید تا با نام و گذرواژهٔ خود از سندهای {tenant.Name} بپرسید.",
                "پیوستن",
                "این پیوند هفت روز و یک بار اعتبار دارد. اگر دعوت‌کننده را نمی‌شناسید کاری لازم نیست."
            );

    private static Notification Mail(Tenant tenant, Invitation invitation, Uri link, string subject, string introduction, string button, string note) =>
        Outbox.Mail(
            tenant.Id,
            Outbox.InvitationKind,
            invitation.Id.ToString(),
            invitation.Email,
            subject,
            $"{introduction}\n\n{button}: {link}\n\n{note}\n\nDocuChat\n",
            MailPage.Of(tenant.Language == "en" ? "en" : "fa", subject, $"<p>{MailPage.Encoded(introduction)}</p>{MailPage.Button(link, button)}<p>{MailPage.Encoded(note)}</p>"),
            invitation.CreatedAt
        );
}
