using MLOps.Models.Native;
using MLOps.Testing;

namespace MLOps.Models.Tests.Native;

public sealed class NativeCacheTests
{
    private static readonly byte[] Content = [1, 2, 3, 4];

    [Fact]
    public void Store_SameContentTwice_WritesOnce()
    {
        using var folder = new TemporaryFolder();
        var cache = new NativeCache(folder.Path);
        var path = cache.Store("lib.so", Content);
        var written = File.GetLastWriteTimeUtc(path);

        Assert.Equal(path, cache.Store("lib.so", Content));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public void Store_OtherContent_LiesElsewhere()
    {
        using var folder = new TemporaryFolder();
        var cache = new NativeCache(folder.Path);
        Assert.NotEqual(cache.Store("lib.so", Content), cache.Store("lib.so", [9]));
    }

    [Fact]
    public void Store_FileWasTamperedWith_PutsTheContentBack()
    {
        using var folder = new TemporaryFolder();
        var cache = new NativeCache(folder.Path);
        var path = cache.Store("lib.so", Content);
        File.WriteAllBytes(path, [6, 6, 6]);

        Assert.Equal(Content, File.ReadAllBytes(cache.Store("lib.so", Content)));
    }

    [Fact]
    public void Store_WhereNothingCanBeWritten_IsAFolderOfThisProcess()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "home");
        File.WriteAllText(file, "no folder");
        var path = new NativeCache(Path.Combine(file, ".cache")).Store("lib.so", Content);
        try
        {
            Assert.Equal(Content, File.ReadAllBytes(path));
            Assert.Equal("no folder", File.ReadAllText(file));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(path))!, recursive: true);
        }
    }

    [Fact]
    public async Task Store_ManyAtOnce_AllGetAWholeFileAndNothingIsLeftOver()
    {
        using var folder = new TemporaryFolder();
        var content = new byte[1 << 20];
        new Random(1).NextBytes(content);

        var paths = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            var path = new NativeCache(folder.Path).Store("lib.so", content);
            Assert.Equal(content, File.ReadAllBytes(path));
            return path;
        })));

        Assert.Single(paths.Distinct());
        Assert.Single(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Store_OnUnix_FolderIsTheUsersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix file modes.");
            return;
        }

        using var folder = new TemporaryFolder();
        var path = new NativeCache(folder.Path).Store("lib.so", Content);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.GetDirectoryName(path)!) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
    }
}
