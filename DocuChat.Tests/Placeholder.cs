namespace DocuChat.Tests;
