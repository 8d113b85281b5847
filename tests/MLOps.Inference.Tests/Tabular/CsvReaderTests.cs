using CsCheck;
using MLOps.Inference.Tabular;

namespace MLOps.Inference.Tests.Tabular;

public sealed class CsvReaderTests
{
    private static readonly Gen<(string Text, bool Quoted)> Field = Gen.Select(Gen.String[Gen.Char["ab1,\"\r\n "], 0, 9], Gen.Bool)
        .Select((text, quoted) => (text, quoted || text.AsSpan().ContainsAny(",\"\r\n")));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_OfAnyFields_ReadBackWithTheirQuotesAndLines() => await Gen.Select(Field.Array[2, 5].Array[0, 6], Gen.Bool, Gen.Bool).SampleAsync(async (records, crlf, ends) =>
    {
        var end = crlf ? "\r\n" : "\n";
        var lines = records.Select(record => string.Join(',', record.Select(field => field.Quoted ? $"\"{field.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field.Text))).ToArray();
        var csv = new CsvReader(new Trickle(string.Join(end, lines) + (ends ? end : string.Empty)));
        var line = 1;
        for (var i = 0; i < records.Length; i++)
        {
            var fields = await csv.ReadAsync(Ct);
            Assert.Equal(records[i].Select(field => field.Text), fields!);
            Assert.Equal(records[i].Select(field => field.Quoted), records[i].Select((_, column) => csv.IsQuoted(column)));
            Assert.Equal(line, csv.Line);
            line += 1 + lines[i].Count(c => c == '\n');
        }

        Assert.Null(await csv.ReadAsync(Ct));
    });

    [Theory]
    [InlineData("a\"b,c", "a\"b|c")]
    [InlineData("a\rb,\"c\"\r", "a\rb|c")]
    [InlineData("\r\n\n\"\"\r\n", "")]
    public async Task Record_OfUnusualForm_IsRead(string text, string fields) =>
        Assert.Equal(fields.Split('|'), await new CsvReader(new StringReader(text)).ReadAsync(Ct));

    [Theory]
    [InlineData("\"a\"b", "has text after a closing quote")]
    [InlineData("\"a\"\rb", "has text after a closing quote")]
    [InlineData("a,b,c,d", "has more than 3 columns")]
    [InlineData("abcdefghijk", "is longer than 10 characters")]
    [InlineData("\"a", "never closed")]
    public async Task Record_Malformed_IsRefused(string text, string said) => Assert.Contains(
        said,
        (await Assert.ThrowsAsync<InferenceException>(async () => await new CsvReader(new StringReader(text), 10, 3).ReadAsync(Ct))).Message,
        StringComparison.Ordinal);

    /// <summary>Gives a character at a time: every place in a record is the end of a buffer.</summary>
    private sealed class Trickle(string text) : StringReader(text)
    {
        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
