using MLOps.Contracts.Problems;
using MLOps.Testing;
using MLOps.Tracking.Artifacts;

namespace MLOps.Tracking.Tests.Artifacts;

public sealed class LocalArtifactStoreTests : ArtifactStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LocalArtifactStoreTests() => Store = Open();

    protected override IArtifactStore Store { get; }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AnyVerb_ThroughASymbolicLink_IsRefused()
    {
        Directory.CreateDirectory(_folder.Combine("outside"));
        await File.WriteAllTextAsync(_folder.Combine("outside", "f"), "outside", Ct);
        Directory.CreateSymbolicLink(_folder.Combine("root", "link"), _folder.Combine("outside"));
        await Assert.ThrowsAsync<MLOpsException>(() => Store.OpenReadAsync("link/f", Ct));
        await Assert.ThrowsAsync<MLOpsException>(() => WriteAsync("link/g", "x"));
        await Assert.ThrowsAsync<MLOpsException>(() => Store.DeleteAsync("link/f", Ct));
        Assert.Empty(await Store.ListAsync(string.Empty, Ct));
        Assert.Equal(["f"], Directory.GetFiles(_folder.Combine("outside")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task AnyVerb_OnAFileThatIsNotWhole_IsRefused()
    {
        Directory.CreateDirectory(_folder.Combine("root", LocalArtifactStore.Staging));
        await File.WriteAllTextAsync(_folder.Combine("root", LocalArtifactStore.Staging, "half"), "half", Ct);
        Assert.Empty(await Store.ListAsync(string.Empty, Ct));
        await Assert.ThrowsAsync<MLOpsException>(() => Store.OpenReadAsync(LocalArtifactStore.Staging + "/half", Ct));
        await Assert.ThrowsAsync<MLOpsException>(() => Store.DeleteAsync(LocalArtifactStore.Staging, Ct));
    }

    [Fact]
    public async Task Open_AfterAProcessWasKilledLongAgo_TakesItsHalfFilesAway()
    {
        var staging = _folder.Combine("root", LocalArtifactStore.Staging);
        Directory.CreateDirectory(staging);
        await File.WriteAllTextAsync(Path.Combine(staging, "old"), "x", Ct);
        await File.WriteAllTextAsync(Path.Combine(staging, "young"), "x", Ct);
        File.SetLastWriteTimeUtc(Path.Combine(staging, "old"), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        Open();
        Assert.Equal(["young"], await LeftoversAsync());
    }

    protected override Task<IReadOnlyList<string>> LeftoversAsync()
    {
        var staging = _folder.Combine("root", LocalArtifactStore.Staging);
        return Task.FromResult<IReadOnlyList<string>>(Directory.Exists(staging) ? [.. Directory.GetFiles(staging).Select(file => Path.GetFileName(file)!)] : []);
    }

    private LocalArtifactStore Open() => new(_folder.Combine("root"), TimeProvider.System);
}
