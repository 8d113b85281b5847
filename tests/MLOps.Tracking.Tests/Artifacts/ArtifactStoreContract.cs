using System.Security.Cryptography;
using System.Text;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Tests.Artifacts;

/// <summary>What every artifact store promises.</summary>
public abstract class ArtifactStoreContract
{
    private const int FortyMebibytes = 40 << 20;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>An empty store; the same one for the whole test.</summary>
    protected abstract IArtifactStore Store { get; }

    /// <summary>What an upload has left behind that a listing does not show.</summary>
    protected abstract Task<IReadOnlyList<string>> LeftoversAsync();

    [Fact]
    public async Task Write_ThenRead_GivesTheSameBytesAndTheListing()
    {
        await WriteAsync("1/run/artifacts/b.txt", "second");
        await WriteAsync("1/run/artifacts/a/c.txt", "third");
        await WriteAsync("1/run/artifacts/b.txt", "replaced");
        await WriteAsync("1/run/artifacts/empty", "");
        Assert.Equal("replaced", await ReadAsync("1/run/artifacts/b.txt"));
        Assert.Equal("", await ReadAsync("1/run/artifacts/empty"));
        Assert.Equal(
            [
                new ArtifactEntry("1/run/artifacts/a", true, null),
                new ArtifactEntry("1/run/artifacts/b.txt", false, 8),
                new ArtifactEntry("1/run/artifacts/empty", false, 0),
            ],
            await Store.ListAsync("1/run/artifacts", Ct));
        Assert.Equal([new ArtifactEntry("1", true, null)], await Store.ListAsync("", Ct));
        Assert.Empty(await Store.ListAsync("1/nothing", Ct));
        Assert.Empty(await Store.ListAsync("1/run/artifacts/b.txt", Ct));
    }

    [Theory]
    [InlineData("a b+c&d=e.txt")]
    [InlineData("größe-数据.txt")]
    [InlineData("100%25.txt")]
    [InlineData("~'()*!;,:@$.txt")]
    [InlineData("a\u0085b.txt")]
    [InlineData("a\tb\nc\rd.txt", "a%09b%0ac%0dd.txt")]
    [InlineData("a\u0001\u001b\u007fb.txt", "a%01%1b%7fb.txt")]
    public async Task Write_NameWithUnusualCharacters_ComesBackAsItWas(string name, string? written = null)
    {
        await WriteAsync("names/" + name, name);
        Assert.Equal(name, await ReadAsync("names/" + name));
        Assert.Equal(name, await ReadAsync("names/" + (written ?? name)));
        Assert.Equal("names/" + (written ?? name), Assert.Single(await Store.ListAsync("names", Ct)).Path);
        await Store.DeleteAsync("names/" + name, Ct);
        Assert.Empty(await Store.ListAsync("names", Ct));
    }

    [Fact]
    public async Task Write_FortyMebibytesOfUnknownLength_ComeBackTheSame()
    {
        var sent = new GeneratedStream(FortyMebibytes);
        await Store.WriteAsync("big/file.bin", sent, Ct);
        await using var read = await Store.OpenReadAsync("big/file.bin", Ct);
        Assert.Equal(FortyMebibytes, read.Length);
        Assert.Equal(await SHA256.HashDataAsync(new GeneratedStream(FortyMebibytes), Ct), await SHA256.HashDataAsync(read, Ct));
        Assert.Empty(await LeftoversAsync());
    }

    [Theory]
    [InlineData(2L, 4L, 2, "234")]
    [InlineData(7L, null, 7, "789")]
    [InlineData(null, 2L, 8, "89")]
    [InlineData(0L, 99L, 0, "0123456789")]
    [InlineData(null, 99L, 0, "0123456789")]
    public async Task Read_Range_GivesThatPart(long? first, long? last, long begins, string expected)
    {
        await WriteAsync("digits", "0123456789");
        await using var part = await Store.OpenReadAsync("digits", new ArtifactRange(first, last), Ct);
        Assert.NotNull(part);
        using var reader = new StreamReader(part.Content);
        Assert.Equal(expected, await reader.ReadToEndAsync(Ct));
        Assert.Equal((begins, expected.Length, 10), (part.First, part.Count, part.Total));
    }

    [Fact]
    public async Task Read_RangeBeyondTheEnd_GivesNull()
    {
        await WriteAsync("digits", "0123456789");
        Assert.Null(await Store.OpenReadAsync("digits", new ArtifactRange(10, null), Ct));
    }

    [Fact]
    public async Task Read_Missing_ThrowsNotFound()
    {
        await WriteAsync("d/f", "x");
        foreach (var path in (string[])["nothing", "d/g", "d/f/g", "d"])
        {
            var whole = await Assert.ThrowsAsync<MLOpsException>(() => Store.OpenReadAsync(path, Ct));
            Assert.Equal((ProblemCode.NotFound, $"No such artifact: '{path}'"), (whole.Code, whole.Message));
            var part = await Assert.ThrowsAsync<MLOpsException>(() => Store.OpenReadAsync(path, new ArtifactRange(0, 1), Ct));
            Assert.Equal(ProblemCode.NotFound, part.Code);
        }
    }

    [Fact]
    public async Task Delete_Directory_TakesWhatIsInItAndNothingElse()
    {
        await WriteAsync("model/a/b", "x");
        await WriteAsync("model/c", "x");
        await WriteAsync("model2/c", "kept");
        await Store.DeleteAsync("model", Ct);
        await Store.DeleteAsync("model", Ct);
        await Store.DeleteAsync("model/a/b", Ct);
        Assert.Empty(await Store.ListAsync("model", Ct));
        Assert.Equal("kept", await ReadAsync("model2/c"));
        Assert.Equal(ProblemCode.InvalidArgument, (await Assert.ThrowsAsync<MLOpsException>(() => Store.DeleteAsync("", Ct))).Code);
    }

    [Fact]
    public async Task Write_ByManyAtOnce_LeavesOneOfThemWhole()
    {
        const int Size = 300_000;
        await Task.WhenAll(Enumerable.Range(1, 8).Select(writer => Task.Run(
            () => Store.WriteAsync("contended/file", new MemoryStream([.. Enumerable.Repeat((byte)writer, Size)]), Ct), Ct)));
        await using var read = await Store.OpenReadAsync("contended/file", Ct);
        using var content = new MemoryStream();
        await read.CopyToAsync(content, Ct);
        Assert.Equal(Size, content.Length);
        Assert.Single(content.ToArray().Distinct());
        Assert.Single(await Store.ListAsync("contended", Ct));
        Assert.Empty(await LeftoversAsync());
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(20 << 20)]
    public async Task Write_CancelledMidway_LeavesNothing(int after)
    {
        using var cancel = new CancellationTokenSource();
        var content = new GeneratedStream(FortyMebibytes) { At = after, Then = cancel.Cancel };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync("cancelled/deep/file", content, cancel.Token));
        Assert.Empty(await Store.ListAsync("", Ct));
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => Store.OpenReadAsync("cancelled/deep/file", Ct))).Code);
        Assert.Empty(await LeftoversAsync());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20 << 20)]
    public async Task Write_ThatBreaksOff_LeavesTheOldFile(int after)
    {
        await WriteAsync("f", "old");
        var content = new GeneratedStream(FortyMebibytes) { At = after, Then = () => throw new InvalidOperationException("the client went away") };
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.WriteAsync("f", content, Ct));
        Assert.Equal("old", await ReadAsync("f"));
        Assert.Equal("f", Assert.Single(await Store.ListAsync("", Ct)).Path);
        Assert.Empty(await LeftoversAsync());
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("a/../../secret")]
    [InlineData(@"..\secret")]
    [InlineData("%2E%2E%2Fsecret")]
    [InlineData("%252E%252E%252Fsecret")]
    [InlineData("%2%0952e%2%0952e/secret")]
    [InlineData("a%00/../../secret")]
    [InlineData("a\0b")]
    [InlineData("a%00b")]
    [InlineData("a#b")]
    [InlineData("C:path")]
    [InlineData(@"\\host\share")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/etc/passwd")]
    public async Task AnyVerb_PathThatLeavesTheRoot_IsRefused(string path)
    {
        foreach (var attempt in (Func<Task>[])
        [
            () => Store.OpenReadAsync(path, Ct),
            () => Store.OpenReadAsync(path, new ArtifactRange(0, 1), Ct),
            () => Store.ListAsync(path, Ct),
            () => Store.DeleteAsync(path, Ct),
            () => WriteAsync(path, "x"),
        ])
        {
            Assert.Equal(ProblemCode.InvalidArgument, (await Assert.ThrowsAsync<MLOpsException>(attempt)).Code);
        }
    }

    protected Task WriteAsync(string path, string text) => Store.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes(text)), Ct);

    protected async Task<string> ReadAsync(string path)
    {
        using var reader = new StreamReader(await Store.OpenReadAsync(path, Ct));
        return await reader.ReadToEndAsync(Ct);
    }
}
