Console.Error.WriteLine("Usage: dotnet run -c Release --project DocuChat.Benchmarks -- <benchmark>");
return 2;
