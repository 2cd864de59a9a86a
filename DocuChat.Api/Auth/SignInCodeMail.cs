using DocuChat.Core.Notifications;

namespace DocuChat.Api.Auth;

/// <summary>The e-mail that brings a code. The code is not in the subject, which shows on locked screens.</summary>
internal sealed record SignInCodeMail(string Language, string Subject, string Introduction, string Code, string Note)
{
    public static SignInCodeMail Of(string language, string code, int minutes) =>
        language == "en"
            ? new("en", "Your code to sign in to DocuChat", "With this code you sign in:", code, $"It is good for {minutes} minutes, once. If you did not ask for it, nothing is to be done: nobody signs in without it.")
            : new(
                "fa",
                "کد ورود شما به داکیوچت",
                "با این کد وارد شوید:",
                code,
                $"این کد {PersianDigits(minutes)} دقیقه و تنها برای یک بار اعتبار دارد. اگر شما آن را نخواسته‌اید کاری لازم نیست: بی این کد کسی وارد نمی‌شود."
            );

    public Notification To(Guid tenantId, string recipient, DateTimeOffset now) =>
        Outbox.Mail(tenantId, Outbox.SignInCodeKind, $"{Guid.CreateVersion7()}", recipient, Subject, $"{Introduction}\n\n{Code}\n\n{Note}\n\nDocuChat\n", ToHtml(), now);

    private static string PersianDigits(int number) => string.Concat($"{number}".Select(digit => (char)('۰' + digit - '0')));

    private string ToHtml() =>
        MailPage.Of(
            Language,
            Subject,
            $"""
            <p>{MailPage.Encoded(Introduction)}</p>
            <p style="font-size:32px;font-weight:700;letter-spacing:6px;margin:16px 0"><bdi>{MailPage.Encoded(Code)}</bdi></p>
            <p>{MailPage.Encoded(Note)}</p>
            """
        );
}
