using System.Text;
using MLOps.Contracts.Problems;
using MLOps.Testing;
using MLOps.Tracking.Artifacts;

namespace MLOps.Tracking.Tests.Artifacts;

public sealed class LocalArtifactStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalArtifactStore _store;

    public LocalArtifactStoreTests() => _store = new LocalArtifactStore(_folder.Combine("root"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_ThenRead_GivesTheSameBytesAndTheListing()
    {
        await WriteAsync("1/run/artifacts/b.txt", "second");
        await WriteAsync("1/run/artifacts/a/c.txt", "third");
        await WriteAsync("1/run/artifacts/b.txt", "replaced");
        Assert.Equal("replaced", await ReadAsync("1/run/artifacts/b.txt"));
        Assert.Equal(
            [new ArtifactEntry("1/run/artifacts/a", true, null), new ArtifactEntry("1/run/artifacts/b.txt", false, 8)],
            await _store.ListAsync("1/run/artifacts", Cancelled));
        Assert.Empty(await _store.ListAsync("1/nothing", Cancelled));
    }

    [Fact]
    public async Task Write_ThatBreaksOff_LeavesTheOldFileAndNoRest()
    {
        await WriteAsync("f", "old");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.WriteAsync("f", new BreakingStream(), Cancelled));
        Assert.Equal("old", await ReadAsync("f"));
        Assert.Equal(["f"], Directory.GetFileSystemEntries(_folder.Combine("root")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Delete_Twice_IsIdempotentAndTakesDirectories()
    {
        await WriteAsync("d/e/f", "x");
        await _store.DeleteAsync("d", Cancelled);
        await _store.DeleteAsync("d", Cancelled);
        var missing = await Assert.ThrowsAsync<MLOpsException>(() => _store.OpenReadAsync("d/e/f", Cancelled));
        Assert.Equal(ProblemCode.NotFound, missing.Code);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("a/../../secret")]
    [InlineData(@"..\secret")]
    [InlineData("%2E%2E%2Fsecret")]
    [InlineData("%252E%252E%252Fsecret")]
    [InlineData("%2%0952e%2%0952e/secret")]
    [InlineData("a%00/../../secret")]
    [InlineData("a#b")]
    [InlineData("C:path")]
    [InlineData(@"\\host\share")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/etc/passwd")]
    public async Task AnyVerb_PathThatLeavesTheRoot_IsRefused(string path)
    {
        await File.WriteAllTextAsync(_folder.Combine("secret"), "outside", Cancelled);
        foreach (var attempt in (Func<Task>[])
        [
            () => _store.OpenReadAsync(path, Cancelled),
            () => _store.ListAsync(path, Cancelled),
            () => _store.DeleteAsync(path, Cancelled),
            () => WriteAsync(path, "x"),
        ])
        {
            Assert.Equal(ProblemCode.InvalidArgument, (await Assert.ThrowsAsync<MLOpsException>(attempt)).Code);
        }

        Assert.Equal("outside", await File.ReadAllTextAsync(_folder.Combine("secret"), Cancelled));
    }

    [Fact]
    public async Task AnyVerb_ThroughASymbolicLink_IsRefused()
    {
        Directory.CreateDirectory(_folder.Combine("outside"));
        await File.WriteAllTextAsync(_folder.Combine("outside", "f"), "outside", Cancelled);
        Directory.CreateSymbolicLink(_folder.Combine("root", "link"), _folder.Combine("outside"));
        await Assert.ThrowsAsync<MLOpsException>(() => _store.OpenReadAsync("link/f", Cancelled));
        await Assert.ThrowsAsync<MLOpsException>(() => WriteAsync("link/g", "x"));
        await Assert.ThrowsAsync<MLOpsException>(() => _store.DeleteAsync("link/f", Cancelled));
        Assert.Empty(await _store.ListAsync(string.Empty, Cancelled));
        Assert.Equal(["f"], Directory.GetFiles(_folder.Combine("outside")).Select(Path.GetFileName));
    }

    private Task WriteAsync(string path, string text) => _store.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes(text)), Cancelled);

    private async Task<string> ReadAsync(string path)
    {
        using var reader = new StreamReader(await _store.OpenReadAsync(path, Cancelled));
        return await reader.ReadToEndAsync(Cancelled);
    }

    /// <summary>Gives some bytes and then fails, as an upload whose client goes away.</summary>
    private sealed class BreakingStream : MemoryStream
    {
        private bool _given;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given)
            {
                throw new InvalidOperationException("the client went away");
            }

            _given = true;
            buffer.Span[..3].Fill(1);
            return ValueTask.FromResult(3);
        }

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyAsync(destination, cancellationToken);

        private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
        {
            var buffer = new byte[16];
            int read;
            while ((read = await ReadAsync(buffer, cancellationToken)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
    }
}
