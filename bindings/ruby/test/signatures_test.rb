# frozen_string_literal: true

require "helper"
require "open3"
require "rbs"

# The public API, its doc comments and its RBS signatures are the same set of names.
class SignaturesTest < Minitest::Test
  include Sample

  require "jeton/faraday"
  require "jeton/net_http"
  require "jeton/rack"

  # Every class and module, those inside others too.
  def self.within(mod)
    [mod, *mod.constants(false).map { |name| mod.const_get(name) }.grep(Module).flat_map { |inner| within(inner) }]
  end
  MODULES = within(Jeton).freeze

  def test_every_public_name_has_a_signature_and_every_signature_a_name
    loader = RBS::EnvironmentLoader.new
    loader.add(path: Pathname("#{ROOT}/bindings/ruby/sig"))
    environment = RBS::Environment.from_loader(loader).resolve_type_names
    signed = environment.class_decls.select { |name, _| name.to_s.start_with?("::Jeton") }
                        .to_h { |name, entry| [name.to_s.delete_prefix("::"), members(entry)] }

    assert_equal MODULES.map(&:name).sort, signed.keys.sort
    MODULES.each { |mod| assert_equal names(mod), signed.fetch(mod.name), mod.name }
    MODULES.grep(Class).each do |type|
      parent = environment.class_decls.fetch(RBS::TypeName("::#{type}")).primary.decl.super_class&.name.to_s.delete_prefix("::")
      assert_equal type.superclass.name, parent.empty? ? "Object" : parent, type.name
    end
  end

  # rbs wraps every method and raises where an argument or a result is not what its signature says.
  def test_the_programs_of_the_readme_keep_to_the_signatures
    settings = { "RBS_TEST_TARGET" => "Jeton,Jeton::*", "RBS_TEST_OPT" => "-I sig", "RBS_TEST_RAISE" => "true",
                 "RBS_TEST_LOGLEVEL" => "error", "RUBYOPT" => "-rrbs/test/setup" } # for the process that the test starts, too
    output, status = Open3.capture2e(settings, RbConfig.ruby, "-Ilib", "-Itest", "test/readme_test.rb", chdir: "#{ROOT}/bindings/ruby")
    assert status.success?, output
  end

  def test_every_public_name_has_a_doc_comment
    (MODULES - [Jeton]).each { |mod| assert_comment(definition(mod), mod.name) }
    MODULES.each do |mod|
      public_methods(mod).each { |name, method| assert_comment(method.source_location, "#{mod}#{name}") }
      mod.constants.reject { |name| mod.const_get(name).is_a?(Module) }.each do |name|
        assert_comment(mod.const_source_location(name), "#{mod}::#{name}")
      end
    end
  end

  private

  def members(entry)
    entry.decls.flat_map { |declaration| declaration.decl.members }.grep(RBS::AST::Members::Base).filter_map do |member|
      next unless member.respond_to?(:name)

      member.kind == :singleton ? ".#{member.name}" : "##{member.name}"
    end.sort
  end

  def names(mod)
    public_methods(mod).keys.reject { |name| name == "#initialize" && !signed_constructor?(mod) }.sort
  end

  # What the library alone makes has a constructor in Ruby, and none in the signatures.
  def signed_constructor?(mod)
    [Jeton::Error, Jeton::Faraday, Jeton::Rack].include?(mod) || mod < Jeton::Handle
  end

  def public_methods(mod)
    own = mod.public_instance_methods(false)
    own << :initialize if mod.is_a?(Class) && mod.private_instance_methods(false).include?(:initialize)
    own.to_h { |name| ["##{name}", mod.instance_method(name)] }
       .merge(mod.singleton_class.public_instance_methods(false).to_h { |name| [".#{name}", mod.method(name)] })
  end

  # Ruby gives a class the line of its superclass or its body, so the text is asked.
  def definition(mod)
    file, = Object.const_source_location(mod.name)
    [file, File.readlines(file).index { |line| line.match?(/\A\s*(class|module) #{mod.name.split("::").last}\b/) } + 1]
  end

  def assert_comment(location, name)
    file, line = location
    assert_match(/\A\s*#/, File.readlines(file)[line - 2], "#{name} has no doc comment")
  end
end
